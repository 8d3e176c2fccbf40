"""What a clause says about an act: forbids, requires, allows, allows with conditions, advises against, or only informs. Read off its words."""

from __future__ import annotations

import re

from knowledge.clauses.splitting import sentences
from knowledge.policy import Stance

FLAGS = re.IGNORECASE
PERMISSION = r"(?:permission|consent|approval|authorisation|authorization|agreement|authority|sign[- ]?off)"
# "not without permission" forbids nothing outright: it lays down a condition.
WITHOUT_PERMISSION = re.compile(
    rf"\bwithout (?:\w+[ /]){{0,7}}?{PERMISSION}\b|\bunless (?:\w+ ){{0,9}}?(?:agreed|authorised|approved|{PERMISSION}|directed|invited|asked|have|has|given|told|necessary|there is|it is|they are|the need)\b"
    rf"|\bexcept (?:with|where|when|if|by)\b|\bexcept in (?:specific|certain|exceptional|some)\b|\bprior {PERMISSION}\b|\bother than that which\b",
    FLAGS,
)
CONDITION = re.compile(
    rf"\bwith (?:\w+ ){{0,5}}?{PERMISSION}\b|\b{PERMISSION} (?:\w+ ){{0,5}}?(?:must|should|is|needs? to|has to|will) (?:\w+ )?(?:be|been)?\b|\bsubject to\b|\bprovided (?:that|they|it|you)\b|\bso long as\b|\bas long as\b|\bonly (?:be )?(?:if|when|where|with|after|once|taken following)\b"
    rf"|\b(?:must|should|need to|has to|to) be (?:\w+ )?(?:approved|authorised|agreed|cleared|sanctioned)\b|\bat the (?:\w+ )?discretion\b|\b(?:seek|obtain|obtained|gained?|requires?|need|needs|get|having) (?:\w+[ '’]){{0,6}}?{PERMISSION}\b|\bfollowing (?:\w+ )?consent\b"
    r"|\bappropriate times?\b|\bcase[- ]by[- ]case\b",
    FLAGS,
)
CAUTION = re.compile(
    r"\b(?:consider|think) (?:very )?carefully\b|\bcareful(?:ly)? consider\w*\b|\bcaution\b|\bcautious\b|\b(?:take|taking|exercise|use) (?:\w+ )?(?:care|caution|judgement|judgment|discretion)\b|\bmindful\b|\bthink (?:twice|before|about)\b|\bbe (?:wary|careful)\b|\bwith care\b",
    FLAGS,
)
DISCOURAGED = re.compile(
    r"\b(?:strongly )?discouraged?\b|\bnot (?:be )?(?:recommended|advisable|advised|encouraged)\b|\b(?:recommended|advised|encouraged|asked) not to\b|\b(?:is|are) inadvisable\b|\badvised against\b|\badvises? against\b|\bbest (?:avoided|not)\b|\bunwise\b|\bbetter not\b|\bshould be avoided\b|\brather you did not\b",
    FLAGS,
)
FORBIDDEN = re.compile(
    r"\b(?:must|should|shall|may|can|ought|is to|are to) (?:\w+ly )?not\b|\bcannot\b|\b(?:must|should|sha|ca)n?n[’']t\b|(?:^|[;:.,(–-]\s*|\b(?:please|staff|employees|adults|we|you|they|and|but|then|that|colleagues|members|practitioners)\s)(?:do not|don[’']t)\b"
    r"|\b(?:staff|employees|adults|we|you|they|and|representatives|colleagues|members|practitioners|who) (?:will|would) (?:not|never)\b|\bwill not be (?:tolerated|accepted|permitted|allowed|used|given)\b|\bnever\b|\b(?:under )?no circumstances?\b"
    r"|\bnot (?:be )?(?:permitted|allowed|acceptable|tolerated|appropriate to|appropriate for|considered acceptable)\b|\b(?:does|do) not (?:permit|allow|accept|deem|tolerate)\b|\bunacceptable\b|\bprohibited\b|\bforbidden\b|\bbanned\b|\b(?:is|are) (?:illegal|unlawful|against the law)\b"
    r"|\b(?:is|be) (?:a criminal|an) offence\b|\bmust decline\b|\brefrain\b|\bno (?:member of staff|employee|adult|one|colleague|pupil|person|child|staff) (?:is|are|may|should|must|can|shall)\b|\bnor (?:should|be|may|must)\b|\bneither (?:should|may|must)\b|\binappropriate (?:for|to)\b|\bzero tolerance\b",
    FLAGS,
)
# What follows a breach is told, not ruled.
CONSEQUENCE = re.compile(
    r"\b(?:may|could|can|will|would|might|is likely to|are liable to) (?:\w+ )?(?:result|lead|face|be (?:\w+ )?(?:subject|treated|regarded|dealt|considered|viewed|referred|investigated|liable|barred))\b|\bdisciplinary (?:action|procedures?|proceedings|process|matter|offence)\b|\bdismissal\b|\bgross misconduct\b", FLAGS
)
# Words with "not" in them that forbid nothing.
NO_BAN = re.compile(
    r"\bnot (?:only|just|limited|exhaustive|intended|necessarily|always|be reasonable|reasonable|exclusively|yet|everyone|all )\b|\bmay not (?:be|have|know|feel|wish)\b|\bif (?:you|they|staff|it) (?:do|does|are|is|have|has) not\b|\bcannot (?:be guaranteed|guarantee|cover|hide)\b|\bis not (?:an? )?(?:exhaustive|complete|clear|sure|safe)\b|\bdo(?:es)? not (?:identify|have (?:the )?(?:relevant|a)|know|provide|discriminate|apply|want|wish|prevent|mean|expect|usually|hold)\b|\bwhether or not\b|\bshould not be afraid\b|\bare not (?:sure|expected|obliged|required|employed)\b|\bnot (?:employed|obliged|required|expected) (?:to|directly)\b|\bno need to\b|\bnot need to\b",
    FLAGS,
)
PLAINLY_FREE = re.compile(r"\bnot be reasonable\b|\bnot intended to (?:restrict|prevent|stop)\b|\bat the discretion of the individual\b|\bare free to\b", FLAGS)
FREE = re.compile(
    r"\bare (?:free|welcome|allowed|permitted|able|entitled) to\b|\bis (?:allowed|permitted|acceptable|fine|encouraged)\b|\b(?:may|can) (?:\w+ )?(?:keep|use|have|post|be|also|still|join|follow|share|carry|access|bring|take|make|seek|contact|choose|send|write|report|speak|ask|set|connect|accept|mention|name|apply|download|wear|connect|view|visit)\b"
    r"|\bauthorise\b|\bno objection\b|\bhave the right to\b|\bnot (?:obliged|required|expected) to\b|\bneed not\b|\bno need to\b|\bexceptions? (?:is|are)\b|\bwe (?:allow|permit|welcome|encourage)\b",
    FLAGS,
)
REQUIRED = re.compile(
    r"\b(?:must|shall|should|ought to|need to|needs to|have to|has to|required|expected|obliged|responsib\w+|duty|ensure|make sure|advised|advisable|encouraged|recommended|reminded|remember|required to|are to|is to be|will be expected|we expect|expects?)\b|\bit is (?:essential|important|vital|crucial)\b|\balways\b|\bplease\b|\bimmediately\b",
    FLAGS,
)
IMPERATIVE_START = re.compile(
    r"^(?:and )?(?:always |please |promptly |where possible,? |only )?(?:act|protect|remember|take|be|respect|keep|keeping|use|using|make|ensure|set|setting|check|report|reporting|promptly|tell|inform|follow|think|read|log|lock|store|save|delete|remove|ask|seek|speak|contact|change|choose|treat|maintain|adjust|review|consider|communicate|understand|block|record|avoid)\b",
    FLAGS,
)
NEGATIVE_START = re.compile(r"^(?:that they (?:do|should|must) not|not\b|never\b|do not|don[’']t|avoid(?:ing)?\b|refrain\b|no\b|nor\b)", FLAGS)
LEAD_FORBIDS = re.compile(
    r"\b(?:do|must|should|shall|may|can|will|are|is)\s*(?:not|n[’']t)\b(?! (?:only|limited))|\bnot (?:\w+ )?(?:acceptable|permitted|allowed|tolerated)\b|\bnever\b|\bunacceptable\b|\bprohibited\b|\bunlawful\b|\binappropriate (?:material|use|behaviour|conduct|activit)|\bdisciplinary action or dismissal\b|\bexamples of (?:\w+ )?(?:breach|misconduct|misuse)|\bavoid\s*:?$|\bwould be (?:a breach|misconduct)|^don[’']?t",
    FLAGS,
)
LEAD_REQUIRES = re.compile(r"\b(?:must|should|shall|required|expected|ensure|need to|always|asked to|please|steps to|advisable|advised)\b|^\W*do\W*$", FLAGS)
LEAD_ALLOWS = re.compile(r"\b(?:may|can|are allowed to|are permitted to|acceptable)\s*[:–-]*\s*$", FLAGS)


def stance_of(text: str, lead_in: str = "") -> Stance:
    """What a clause as a whole says: its first sentence that says anything but information, a ban outranking what stands beside it."""
    said = [sentence_stance(sentence, lead_in if at == 0 else "") for at, sentence in enumerate(sentences(text))]
    telling = [stance for stance in said if stance is not Stance.INFORMS]
    if not telling:
        return Stance.INFORMS
    return Stance.FORBIDS if Stance.FORBIDS in telling[:2] else telling[0]


def sentence_stance(sentence: str, lead_in: str = "") -> Stance:
    """What one sentence says, under its lead-in."""
    if lead_in:
        return _under_lead_in(sentence, lead_in)
    forbids = bool(FORBIDDEN.search(NO_BAN.sub(" ", sentence)))
    if CONSEQUENCE.search(sentence) and not forbids:
        return Stance.INFORMS
    if PLAINLY_FREE.search(sentence) and not forbids:
        return Stance.ALLOWS
    if DISCOURAGED.search(sentence):
        return Stance.ADVISES_AGAINST
    if forbids:
        return Stance.CONDITIONS if WITHOUT_PERMISSION.search(sentence) else Stance.FORBIDS
    if CAUTION.search(sentence) or CONDITION.search(sentence):
        return Stance.CONDITIONS
    if FREE.search(sentence):
        return Stance.ALLOWS
    if WITHOUT_PERMISSION.search(sentence) and REQUIRED.search(sentence):
        return Stance.CONDITIONS
    if re.match(r"^avoid\b", sentence, FLAGS):
        return Stance.ADVISES_AGAINST
    return Stance.REQUIRES if REQUIRED.search(sentence) or IMPERATIVE_START.match(sentence) else Stance.INFORMS


def _under_lead_in(item: str, lead_in: str) -> Stance:
    negative = bool(NEGATIVE_START.match(item))
    lead_bans = bool(LEAD_FORBIDS.search(NO_BAN.sub(" ", lead_in)))
    if lead_bans:
        if negative and not re.match(r"^that they", item, FLAGS):
            return Stance.REQUIRES  # "must not: … not report" says it twice over; rare, and a duty either way
        return Stance.CONDITIONS if WITHOUT_PERMISSION.search(item) else Stance.FORBIDS
    if negative:
        return Stance.CONDITIONS if WITHOUT_PERMISSION.search(item) else Stance.FORBIDS
    own = sentence_stance(item)
    if own in {Stance.FORBIDS, Stance.CONDITIONS, Stance.ADVISES_AGAINST}:
        return own
    if LEAD_ALLOWS.search(lead_in):
        return Stance.ALLOWS
    if LEAD_REQUIRES.search(lead_in):
        return Stance.REQUIRES
    return own
