"""Words of columns that say whether a row is to be ordered, in the languages that people write sheets in.

Headers and values are compared without blanks and marks, in one case. Patterns are for whole headers and for the
first word of a value, whose ending follows gender and number in many languages.
"""

from __future__ import annotations

import re

ORDERING = (
    "order|orders|buy|purchase|bestellen|bestellung|kaufen|commander|commande|acheter|pedir|pedido|comprar|compra"
    "|encomendar|ordinare|ordine|acquistare|kopen|bestelling|zamówić|zamówienie|zamawiać|kupić|beställ|beställa|købe"
    "|bestill|bestil|objednat|заказать|заказ|купить|购买|订购|下单|注文|購入|구매|주문"
)
AGREED = (
    "approved|approval|confirmed|confirmation|signoff|signedoff|ok|okay|accepted|freigegeben|freigabe|genehmigt"
    "|bestätigt|approuvé|validé|confirmé|aprobado|confirmado|aprovado|approvato|confermato|goedgekeurd|akkoord"
    "|bevestigd|zatwierdzone|potwierdzone|godkänd|godkendt|одобрено|подтверждено|批准|承認"
)
ACTIVE = (
    "active|enabled|aktiv|actif|activo|ativo|attivo|actief|aktywny|aktywne|активен|активно|included|include|selected"
    "|select|use|keep|wanted|needed|ready"
)
STATUS = "status|statut|stav|tila|статус|состояние|状态|狀態|ステータス|상태|situação"
PEOPLE = "client|customer|kunde|kunden|cliente|klient|klant|manager|management|boss|final"

FLAG = re.compile(
    rf"(?:to|please|place|zu|bitte|à|a|da|do|te)?(?:{ORDERING})(?:it|this|now|them|domain|row|decision|flag|needed|wanted)?"
    rf"|(?:ready|ok|okay|cleared|approved|includ(?:e|ed)|add|put)(?:to|for|in|into|on)(?:the|this)?(?:{ORDERING}|batch|list)"
    rf"|should(?:we|i|be)*(?:{ORDERING}|ordered|bought|purchased)|[✓✔☑✅]"
    rf"|(?:{PEOPLE})?(?:{AGREED}|decision)(?:by.*)?|(?:is|ist|est)?(?:{ACTIVE})|go|gonogo|decision|yesno|yn|janein|ouinon|sino"
    rf"|(?:{ORDERING}|{AGREED}|{PEOPLE})?(?:{STATUS})(?:{ORDERING}|zamówienia|pedido|commande|ordine|заказа)?"
    rf"|(?:{ORDERING})state"
)
STATE = re.compile("state|estado|stato|état|etat|staat|stan")
"""Also a part of an address, where NO is Norway: only a word for *cancelled* counts."""

CANCELLED = (
    "cancel|storn|annul|anul|geannul|avbok|zruš|abgesagt|abgelehnt|gekündigt|entfällt|отмен|отказ|отклон"
    "|取消|キャンセル|취소"
)
CANCELS = re.compile(
    rf"(?:is|ist|est)?(?:(?:deleted|removed|archived|excluded|withdrawn|skipped)(?:at|on|by|date)?"
    rf"|exclude[d]?from(?:the|this)?(?:{ORDERING}|batch)|wait|stop|stopped|kill|killed|(?:{CANCELLED})\w*|skip|skipped|exclude|excluded|ignore|ignored|hold|onhold|deleted?|removed?"
    r"|withdrawn|dropped|(?:do)?no?'?t(?:order|buy|purchase|use|include)|do(?:no|'?n'?)?t(?:order|buy|purchase|use)"
    r"|nichtbestellen|nepascommander|nopedir|nocomprar|nonordinare|nietbestellen|niezamawiać)"
)
"""What these say is the other way round: yes means no."""

BOUGHT = re.compile(
    "(?:is|already|bereits|schon|déjà|ya|già|al)?(?:ordered|bought|purchased|orderplaced|bestellt|gekauft|commandé"
    "|acheté|comprado|pedido|ordinato|acquistato|besteld|gekocht|zamówion[eoay]|kupion[eoay]|заказан[оаы]?|куплен[оаы]?)"
)
"""Headers, and words of a state, that say a row was bought before."""

DUPLICATE = re.compile(
    "(?:is)?(?:duplicated?|dupe|duplikat|dublette|doublon|duplicado|duplicato|duplicaat|duplikat)"
)
AVAILABLE = re.compile(
    "(?:is)?(?:domain)?(?:is)?(?:available|availability|free|verfügbar|disponible|disponibile|disponível)"
)
TAKEN = re.compile("taken|unavailable|sold|registered|vergeben|belegt|pris|ocupado|occupato|bezet|zajęt[aey]")
AMOUNT = re.compile(
    "(?:order)?(?:qty|quantity|menge|cantidad|quantité|quantidade|quantità)(?:ordered|bestellt)?"
)
A_STATE = re.compile(
    r"(?!e?mail|dkim|dmarc|spf|dns|ssl|warm|pay|invoice|verif)\w*(?:status|stage|phase|progress|result|action)"
)
"""Headers of what may or may not be said of ordering: never more than a warning."""

NOTED_CANCELLED = (
    "cancell?ed|cancel|storniert|storno|annulée?|cancelad[oa]|annullat[oa]|geannuleerd|anulowan[aeoy]"
    "|отменен[аоы]?"
)
NOTED_NOT_TO_ORDER = (
    "(?:do not|don['’]?t|not to be|never) (?:order|buy|purchase|bought)|nicht (?:mehr )?bestellen|ne pas commander"
    "|no (?:pedir|comprar)|non ordinare|niet bestellen|nie zamawiać"
)
NOT_TO_ORDER = rf"^[^\pL]*(?:{NOTED_CANCELLED})(?:[^\pL]|$)|\b(?:{NOTED_NOT_TO_ORDER})"
"""For Arrow, without regard to case: what says so in a column of any name, such as Notes."""

MAY_NOT_BE_TO_ORDER = f"{NOTED_CANCELLED}|{NOTED_NOT_TO_ORDER}"
"""The same wherever it stands."""

SAYS_CANCELLED = re.compile(
    rf"(?:{CANCELLED})\w*|skip(?:ped)?|excluded?|ignored?|rejected|declined|refused|deleted?|removed?|inactive|disabled"
    r"|hold|onhold|paused?|stop(?:ped)?|don'?t\w*|donot\w*|withdrawn|revoked|postponed|deferred|void|dropped|expired"
    r"|taken|unavailable|sold|duplicate|terminated|refunded|closedlost|gestoppt|archived|obsolete|superseded|replaced|inaktiv|inactif|inactivo|inativo|inattivo"
    r"|refusée?|refusé|rechazad[oa]|recusad[oa]|rifiutat[oa]|afgewezen|odrzucon[eaoy]"
)
NOT = re.compile(
    r"(?:not to be|no (?:thanks?|thank you|need|more|order|purchase)|nicht zu)\b"
    r"|(?:not|no longer|never|do not|don'?t|nicht|kein)\b(?!.*\b(?:ordered|bought|placed|purchased|started|done|sent|"
    r"bestellt|gekauft|begonnen)\b)",
    re.IGNORECASE,
)
"""What begins so says no, but for what is not ordered yet."""

NOT_YET = re.compile("not|no$|nicht|noch|pas|aún|todavía|ainda|nog|jeszcze|todo$|toorder")
UNDECIDED = re.compile(
    r"pending|draft|wait(?:ing)?|later|maybe|perhaps|undecided|unclear|unsure|inreview|review|tb[acd]|todiscuss|ask\w*"
    r"|offen|unklar|vielleicht|später|entwurf|enattente|attente|pendiente|pendente|inattesa|inafwachting|oczekuj\w*"
    r"|ожида\w*|待定|保留|\?+|lost|dead|churned|failed|suspended|blocked|blacklisted|ended|beendet|completed?|fulfilled"
    r"|done|placed|delivered|erledigt|fertig|terminée?|hecho|fatto|gedaan|gotowe"
)
NO = re.compile(
    "false|no|nope|n|0|f|off|nein|falsch|non|faux|nee|nie|não|nao|nej|ei|hayır|нет|ложь|否|不|不要|いいえ|아니요|☐|✗|✘|✕"
    "|✖\ufe0f?|❌|🚫|⛔|👎"
)
YES = re.compile("true|yes|y|1|t|x|on|ja|j|wahr|oui|vrai|sí|si|sim|tak|да|是|はい|예|☑|✓|✔\ufe0f?|✅|☒|👍")
NOTHING = re.compile(r"[\W_]*|n/?a|none|keep|nan|null")
"""What a blank says, and what says it without a word."""
