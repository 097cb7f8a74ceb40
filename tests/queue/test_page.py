"""What is confirmed on the page is left to workers where there are some, and done by the page where there are none."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from tests.harness.counting_vendor import CountingVendor
from tests.harness.page import serving
from tests.queue.fleet import Fleet

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "json.schema.json").read_text("utf-8"))
HEARD = "SELECT count(*) AS workers FROM procrastinate_workers"


def test_a_worker_carries_out_what_is_confirmed_on_the_page(fleet: Fleet, vendor: CountingVendor) -> None:
    with fleet.worker(), serving(fleet.machine) as page:
        fleet.wait_for(lambda: bool(fleet.ask("SELECT to_regclass('queue_workers') AS made")[0].made))
        fleet.wait_for(lambda: fleet.ask(HEARD)[0].workers == 1)
        upload = page.hand_in(fleet.sheet("one.com", "hold-two.com", "three.com"))
        page.settle(upload)
        answer = page.confirm(upload, "3")
        assert answer.status_code == 303, answer.text
        batch = answer.headers["Location"].partition("?")[0]
        fleet.wait_for(lambda: "hold-two.com" in vendor.seen())
        assert "by the worker" in page.get(batch).text
        for told in (page.state("/queue"), fleet.status()):
            form = {**SCHEMA, "$ref": "#/$defs/status_of_queue", "anyOf": [{}]}
            jsonschema.Draft202012Validator(form).validate({"exit_code": 0, **told})
            assert told["accounts"][0]["running"]["orders"] == 3
        assert "hold-two.com.csv" in page.get("/queue").text or "one.com.csv" in page.get("/queue").text
        vendor.release()
        assert page.settle(batch)["state"] == "done"
        fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")])
    assert vendor.seen() == {"one.com": 1, "hold-two.com": 1, "three.com": 1}


def test_what_waits_is_taken_out_of_the_queue_on_the_page(fleet: Fleet, vendor: CountingVendor) -> None:
    fleet.enqueue(fleet.sheet("one.com"))
    (batch,) = fleet.ask("SELECT id FROM batches")
    with serving(fleet.machine) as page:
        here = f"/batches/{batch.id}"
        assert page.state(here)["state"] == "waits"
        assert "No worker is heard of" in page.get("/queue").text
        assert page.post(f"{here}/stop").status_code == 303
        assert page.state(here)["state"] == "stopped"
    assert fleet.jobs() == [("cancelled", "cancelled")]
    fleet.work_until_empty()
    assert vendor.seen() == {}


def test_without_workers_the_page_does_it(fleet: Fleet, vendor: CountingVendor) -> None:
    with serving(fleet.machine) as page:
        upload = page.hand_in(fleet.sheet("one.com"))
        page.settle(upload)
        page.settle(page.confirm(upload, "1").headers["Location"])
    assert vendor.seen() == {"one.com": 1}


def test_a_paused_account_goes_on_from_the_page(fleet: Fleet, vendor: CountingVendor) -> None:
    fleet.enqueue(fleet.sheet("unpaid-one.com"))
    fleet.work_until_empty()
    vendor.release()
    with serving(fleet.machine) as page:
        assert "Paused</span>" in page.get("/queue").text
        words = {"environment": vendor.base_url, "account": "default"}
        assert page.post("/queue/go-on", words).status_code == 303
        assert "Paused</span>" not in page.get("/queue").text
    fleet.work_until_empty()
    assert vendor.seen() == {"unpaid-one.com": 1}
