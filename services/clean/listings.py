"""What surrounds an article on its page: lists of others, rights, dates, menus.

Rows of the table in `furniture`.
"""

from schemas import RemovalReason
from services.clean.rule import Reach, Rule, anywhere, as_written, whole

LISTINGS: tuple[Rule, ...] = (
    Rule(
        "list head",
        RemovalReason.RELATED_LIST,
        whole(
            r"(?:recent|latest|popular|related|top|trending|other|similar|more|all|today['’]s top"
            r"|must[- ]read) (?:news|posts?|stories|articles|headlines|topics|videos?|coverage"
            r"|content|searches|links|reads?)|related|most (?:read|popular|viewed|shared|commented"
            r"|recent)|trending(?: now| topics)?|editor['’]?s?['’]? (?:picks?|choice)"
            r"|recommended(?: for you| stories| reading)?|you (?:may|might) (?:also )?(?:like"
            r"|be interested in).{0,20}|more to read|up next|read next|next up|around the web"
            r"|from around the web|explore more\b.{0,30}|what to read next|in this (?:article"
            r"|story)|on this page|more on this(?: story| topic)?|key moments|top of the \w+"
            r"|featured (?:stories|posts|articles|video)?|popular(?: now)?|previous (?:post"
            r"|article)|next (?:post|article)|berita (?:terkait|terbaru|terpopuler|lainnya)"
            r"|terpopuler|artikel terkait|meistgelesen|les plus lus|lo más (?:leído|visto)"
            r"|mais lidas|i più letti"
        ),
        "Recent News",
        most_words=8,
        reach=Reach.LIST,
    ),
    Rule(
        "more from",
        RemovalReason.RELATED_LIST,
        as_written(
            r"^(?:More|MORE)(?: (?:news|stories|coverage|videos|articles|NEWS|STORIES"
            r"|COVERAGE))? (?:from|in|on|about|by|FROM|IN|ON|ABOUT|BY) (?:[A-Z0-9]\S*|the|this|of"
            r"|and|&)(?: (?:[A-Z0-9]\S*|the|of|and|&|in|topic|story|author)){0,6}\W{0,2}$"
        ),
        "More from Harbour News",
        most_words=9,
        reach=Reach.LIST,
    ),
    Rule(
        "tags",
        RemovalReason.RELATED_LIST,
        anywhere(
            r"^\W{0,2}(?:tags|topics|filed under|categories|category|keywords"
            r"|labels)(?:\s?:.{0,200})?$"
            r"|^(?:posted|filed) (?:in|under)\b\s?:?.{0,80}$|^(?:#\w+[\s,|]*){2,}$"
        ),
        "Tags: harbour, tug, dredging",
        most_words=25,
        reach=Reach.LIST,
    ),
    Rule(
        "copyright",
        RemovalReason.COPYRIGHT,
        anywhere(
            r"^\W{0,3}(?:copyright|©|\(c\))\s?(?:©|\(c\)|\d{4}|by\b|of\b|the\b.{0,60}\d{4})|^©"
            r"|©\s?(?:copyright )?\d{4}|\ball rights reserved\b"
            r"|^this material may not be (?:published|reproduced|copied)\b"
            r"|^(?:no part of this|reproduction of this)\b.{0,80}\bpermission\b"
        ),
        "Copyright 2024 The Harbour Paper. All rights reserved.",
        most_words=90,
    ),
    Rule(
        "published or updated",
        RemovalReason.DATE,
        anywhere(
            r"^(?:first |last |originally )?(?:published|posted|updated|modified|diterbitkan"
            r"|publié|veröffentlicht|publicado)\s*:?\s*(?:[|•\[\d]|(?:on|at|le|am|em|el)\s+\S"
            r"|(?:mon|tues?|wednes|thurs?|fri|satur|sun)d?a?y?\b|(?:jan|feb|mar|apr|may|june?"
            r"|july?|aug|sep|oct|nov|dec)\w*\b)[^.!?]{0,100}$"
        ),
        "Last updated on Tuesday at noon",
        most_words=16,
    ),
    Rule(
        "menu word",
        RemovalReason.NAVIGATION,
        whole(
            r"home(?:page)?|menu|search(?: (?:for|query|keyword|submit|results"
            r"|this site)\W?.{0,30})?|skip to\b.{0,30}|(?:site )?navigation|back(?: to (?:top"
            r"|home(?:page)?|results|article))?|close|open|expand|collapse|next|prev(?:ious)?|more"
            r"|show (?:more|less|all)|(?:load|see|view) (?:more|all)\b.{0,20}|log ?(?:in|out)"
            r"|sign ?(?:in|up|out)|my account|account|register|donate|subscribe(?: now)?"
            r"|contact(?: us)?|about(?: us)?|advertise(?: with us)?|careers|help(?: cent(?:re"
            r"|er))?|faqs?|site ?map|privacy(?: (?:policy|notice|statement|choices))?"
            r"|terms(?: (?:of (?:use|service)|(?:&|and) conditions))?(?: privacy(?: policy)?)?"
            r"|accessibility(?: statement)?|your privacy choices|do not sell\b.{0,40}"
            r"|cookie settings|corrections|feedback|e-?(?:paper|edition)|podcasts?|videos?|live"
            r"|watch(?: (?:live|tv|now))?|listen(?: now)?|gallery|photos?|explore|latest"
            r"|trending:?|skip|done|cancel|submit|ok(?:ay)?|apply|filter|reset|edition|language"
            r"|all contents?"
        ),
        "Skip to main content",
        most_words=8,
    ),
    Rule(
        "crumbs",
        RemovalReason.NAVIGATION,
        as_written(
            r"^(?:Home|HOME|Beranda|Startseite|Accueil|Inicio|Início)\s?(?:[>»›/|:]|->)"
            r"|^[^.!?>»›]{1,40}(?:\s[>»›]\s?[^.!?>»›]{1,60}){2,}$|^(?:[Pp]age|PAGE) \d+(?: (?:of"
            r"|/) \d+)?$"
        ),
        "Home > News > Harbour",
        most_words=25,
    ),
    Rule(
        "age or length",
        RemovalReason.NAVIGATION,
        anywhere(
            r"^\W{0,3}(?:\d+|an?|one)\s?(?:s|m|h|d|w|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?"
            r"|weeks?|months?|years?)\.? (?:ago|read|watch|listen)\b.{0,20}$"
            r"|^(?:reading time|estimated reading)\b.{0,30}$|^just now$"
            r"|^\d+(?:[.,]\d+)?[km]? (?:views?|shares?|likes?|followers?|reads?|retweets?|votes?)$"
        ),
        "20 mins ago",
        most_words=7,
    ),
    Rule(
        "no words",
        RemovalReason.NAVIGATION,
        as_written(
            r"^[\W_]+$|^\W{0,2}\d{1,3}\W{0,2}$|^\W{0,3}\d{1,2}[:.]\d{2}\s?(?:[ap]\.?m\.?"
            r"|[AP]\.?M\.?|GMT|UTC)?\W{0,3}$"
        ),
        "* * *",
        most_words=3,
    ),
)
