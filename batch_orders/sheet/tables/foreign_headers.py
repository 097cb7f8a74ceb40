"""Headers in other languages, and other words in English: not read, since a guess could buy the wrong thing, but named
in a refusal.
"""

import unicodedata
from collections.abc import Mapping

from batch_orders.core.model import Field

FOREIGN_NAMES: Mapping[str, str] = {
    Field.DOMAIN: "dominio dominios nombrededominio nombredeldominio nombredominio domäne domaene domänenname "
    "internetadresse domaine domaines nomdedomaine nomsdedomaine nomdudomaine domínio domínios nomededomínio "
    "nomedodomínio nomedidominio nomedominio nomedeldominio domeinen domein domeinnaam domena domeny "
    "nazwadomeny",
    Field.MAILBOX: "correo correos correoelectrónico direccióndecorreo direccióndecorreoelectrónico cuentadecorreo "
    "buzón buzones buzóndecorreo postfach postfächer emailpostfach emailadresse mailadresse emailkonto mailkonto "
    "courriel adressemail adresseemail adresseélectronique adressecourriel adressedemessagerie boîtemail "
    "boîtedemessagerie boîteauxlettres caixadecorreio caixapostal caixadeemail correio "
    "correioeletrónico correioeletrônico endereçodeemail endereçodecorreioeletrónico contadeemail casella "
    "casellapostale casellaemail caselladiposta indirizzoemail indirizzomail indirizzodiposta "
    "indirizzodipostaelettronica postaelettronica postvak postbus mailadres emailadres emailaccount skrzynka skrzynki "
    "skrzynkapocztowa skrzynkamailowa adresemail adrespocztowy",
    Field.VENDOR: "provider supplier seller proveedor vendedor anbieter lieferant anbieternummer fournisseur "
    "prestataire vendeur fornecedor provedor fornitore venditore leverancier aanbieder verkoper dostawca sprzedawca "
    "usługodawca",
    Field.FORWARDING_DOMAIN: "redirección reenvío redirigira reenviara dominioderedirección dominiodereenvío "
    "dominiodedestino weiterleitung weiterleitungan weiterleitungauf weiterleitungnach weiterleitungsdomain "
    "weiterleitungandomain weiterleitungsziel weiterleitungsurl umleitung zieldomain redirection renvoi "
    "redirigervers domainederedirection domainecible urlderedirection redirecionamento encaminhamento "
    "reencaminhamento redirecionarpara domínioderedirecionamento domíniodeencaminhamento domíniodedestino "
    "reindirizzamento inoltro reindirizzaa inoltraa dominiodireindirizzamento dominiodiinoltro "
    "dominiodidestinazione doorsturen doorsturennaar doorstuurnaar doorstuurdomein doorverwijzing omleiding "
    "doeldomein przekierowanie przekierujdo przekierowaniena domenaprzekierowania domenadocelowa",
    Field.CONTACT: "contacto nombredecontacto nombredelcontacto personadecontacto kontakt kontaktname kontaktperson "
    "ansprechpartner ansprechpartnerin nomducontact nomdecontact personnedecontact personneàcontacter interlocuteur "
    "contato nomedocontato nomedocontacto nomedecontato pessoadecontato pessoadecontacto contatto nomecontatto "
    "nomedelcontatto referente personadicontatto contactpersoon contactnaam osobakontaktowa osobadokontaktu",
}


def without_accents(word: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter)
    )


FOREIGN_FIELD_OF = {
    spelled: field
    for field, names in FOREIGN_NAMES.items()
    for name in names.split()
    for spelled in (name, without_accents(name))
}
"""Also as people type them who have no accents."""
