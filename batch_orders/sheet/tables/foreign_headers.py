"""Headers in other languages: not read, since a guess could buy the wrong thing, but named in a refusal."""

from collections.abc import Mapping

from batch_orders.core.model import Field

FOREIGN_NAMES: Mapping[str, str] = {
    Field.DOMAIN: "dominio dominios domäne domaene domaine domaines domínio domínios domeinen domein domena domeny",
    Field.MAILBOX: "correo correos correoelectrónico buzón buzon postfach postfächer emailadresse mailadresse "
    "courriel adressemail adresseemail boîtemail boîteauxlettres caixadecorreio caixapostal correioeletrónico "
    "correioeletrônico casella casellapostale casellaemail postbus mailadres emailadres skrzynka adresemail",
    Field.VENDOR: "proveedor anbieter lieferant fournisseur prestataire fornecedor fornitore leverancier dostawca",
    Field.FORWARDING_DOMAIN: "redirección redireccion dominioderedirección weiterleitung weiterleitungsdomain "
    "weiterleitungandomain weiterleitungsziel redirection domainederedirection redirecionamento "
    "domíniodeencaminhamento  reindirizzamento inoltro doorsturen doorstuurdomein doorverwijzing przekierowanie "
    "domenaprzekierowania",
    Field.CONTACT: "contacto kontakt ansprechpartner kontaktperson contato contatto referente contactpersoon "
    "osobakontaktowa personadecontacto interlocuteur",
}
FOREIGN_FIELD_OF = {name: field for field, names in FOREIGN_NAMES.items() for name in names.split()}
