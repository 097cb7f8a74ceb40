// What makes the pages pleasant. Everything works without it: forms are sent, and pages load themselves again.

const EVERY = 1000;
const TEN_PERCENT = 10;
const status = document.getElementById("status");

function say(sentence, seen = false) {
  if (status.textContent === sentence) return;
  status.textContent = sentence;
  status.classList.toggle("unseen", !seen);
  status.classList.toggle("notice", seen);
}

// Whoever was told of something that went wrong is led there.
document.querySelector("[data-focus]")?.focus();

function prepare(root) {
  guardForms(root);
  for (const form of root.querySelectorAll("form[data-upload]")) prepareUpload(form);
}

// A button that spends money is pressed once.
function guardForms(root) {
  for (const form of root.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    });
  }
}
prepare(document);
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// Handing in: dropping, and how much of it has been sent.
function prepareUpload(form) {
  const drop = form.querySelector(".drop");
  const input = form.querySelector("input[type=file]");
  const chosen = form.querySelector("[data-chosen]");
  const button = form.querySelector("button");
  const show = () => {
    const names = [...input.files].map((file) => file.name);
    chosen.textContent = names.length > 1 ? `${names.length} sheets: ${names.join(", ")}` : "";
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    show();
    button.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.dataset.sent) send(form, button);
  });
}

function send(form, button) {
  const sending = form.querySelector("[data-sending]");
  const bar = sending.querySelector("progress");
  const request = new XMLHttpRequest();
  const again = (sentence) => {
    delete form.dataset.sent;
    button.disabled = false;
    sending.classList.add("unseen");
    say(sentence, true);
  };
  form.dataset.sent = "yes";
  button.disabled = true;
  sending.classList.remove("unseen");
  say("Sending the sheet");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = Math.floor((100 * event.loaded) / event.total);
  });
  request.addEventListener("load", () => {
    if (request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    again("The sheet was not taken.");
    showAnswer(request.responseText);
  });
  request.addEventListener("error", () => {
    again("Whether the sheet arrived is not known: the server does not answer. Hand it in again; nothing is bought by that.");
  });
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(new FormData(form));
}

function showAnswer(text) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  const main = answer.getElementById("main");
  if (!main) return;
  const told = document.createElement("div");
  told.className = "alert";
  told.tabIndex = -1;
  told.setAttribute("role", "alert");
  for (const part of main.querySelectorAll("h1, p:not([role])")) {
    const line = document.createElement("p");
    line.textContent = part.textContent;
    if (line.textContent.trim()) told.append(line);
  }
  document.querySelector("main .alert")?.remove();
  document.querySelector("main h1").before(told);
  say("");
  told.focus();
}

// What goes on by itself is asked for once a second while the page is seen, one question at a time.
let version = document.querySelector("main")?.dataset.live ?? "";
let told = "";

async function look() {
  const answer = await fetch(location.pathname, { headers: { Accept: "application/json" } });
  if (answer.status === 401) {
    location.reload();
    return false;
  }
  if (!answer.ok) throw new Error("no answer");
  const state = await answer.json();
  if (state.next) {
    location.replace(state.next);
    return false;
  }
  if (state.version !== version && !(await swap())) return false;
  version = state.version;
  announce(state);
  return Boolean(document.querySelector("main[data-live]"));
}

// Milestones are told, not every order.
function announce(state) {
  const step = state.total ? Math.floor((100 * state.done) / state.total / TEN_PERCENT) : 0;
  const milestone = `${state.state} ${step}`;
  if (milestone !== told) say(state.sentence ? `${state.title}. ${state.sentence}` : state.title);
  told = milestone;
}

// False where it has gone on to another page meanwhile, which is opened under its own address.
async function swap() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error("no answer");
  if (answer.redirected) {
    location.replace(answer.url);
    return false;
  }
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = document.getElementById("main");
  const fresh = next.getElementById("main");
  const focused = document.activeElement?.id;
  document.title = next.title;
  if (!fresh.hasAttribute("data-live")) main.removeAttribute("data-live");
  fresh.querySelector("#status")?.remove();
  main.replaceChildren(status, ...fresh.children);
  prepare(main);
  if (focused && focused !== "main") document.getElementById(focused)?.focus();
  return true;
}

function freeze() {
  told = "";
  say("How things stand is not known: the server does not answer. This page asks again by itself.", true);
}

async function follow() {
  let goesOn = true;
  if (document.visibilityState === "visible") {
    try {
      goesOn = await look();
    } catch {
      freeze();
    }
  }
  if (goesOn) setTimeout(follow, EVERY);
}

if (document.querySelector("main[data-live]")) follow();
