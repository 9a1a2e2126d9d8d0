"""What a page asks of its reader: comments, consent, subscriptions, sharing.

Rows of the table in `furniture`.
"""

from schemas import RemovalReason
from services.clean.rule import Reach, Rule, anywhere, whole

_NETWORK = (
    r"(?:facebook|twitter|instagram|whatsapp|telegram|linkedin|reddit|pinterest|flipboard|tumblr|threads"
    r"|bluesky|mastodon|youtube|tiktok|snapchat|messenger|google news)"
)
_CHANNEL = (
    rf"(?:{_NETWORK}|x|pocket|line|viber|e-?mail|mailto|print|rss|slack|copy(?: link)?|link copied|sms|url)"
)
_HANDLE = (
    r"(?:share(?: this| on| via| to)?|tweet|post|pin|send|follow(?: us)?(?: on)?|like|save|bookmark|icon|logo"
    r"|link|copied|copy|via|on|more|and|or|to|\d+)"
)

FORMS: tuple[Rule, ...] = (
    Rule(
        "leave a reply",
        RemovalReason.COMMENT_FORM,
        anywhere(
            r"^(?:leave|write|post|add) (?:a|your|us a) (?:reply|comment|response)\b"
            r"|^leave (?:a )?comments?$"
            r"|^(?:tinggalkan (?:balasan|komentar)|laisser un commentaire"
            r"|schreiben? sie einen kommentar|deixe (?:um|seu) comentário|deja (?:un comentario"
            r"|una respuesta))\b"
        ),
        "Leave a Reply",
        most_words=9,
        reach=Reach.REST,
    ),
    Rule(
        "address not published",
        RemovalReason.COMMENT_FORM,
        anywhere(
            r"\byour e-?mail address will not be (?:published|shared)"
            r"|\brequired fields are marked\b|^alamat email anda tidak akan dipublikasikan"
        ),
        "Your email address will not be published. Required fields are marked *",
        most_words=24,
        reach=Reach.REST,
    ),
    Rule(
        "anti-spam notice",
        RemovalReason.COMMENT_FORM,
        anywhere(
            r"\bthis site uses akismet\b|\bhow your comment data (?:is|are) processed\b"
            r"|\bsave my name,? e-?mail,? and website\b|^notify me of (?:new|follow-?up)\b"
        ),
        "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
        most_words=30,
        reach=Reach.REST,
    ),
    Rule(
        "about comments",
        RemovalReason.COMMENT_FORM,
        anywhere(
            r"^\W{0,2}\d{0,5}\s?comments?\W{0,2}$"
            r"|^(?:view|show|hide|load|read|see|all|post|submit|cancel"
            r"|join)\b.{0,20}\b(?:comments?|reply|conversation|discussion)$"
            r"|^comments? (?:are|is) (?:now )?closed"
            r"|^(?:please )?(?:read|review|see|follow) our comment(?:s|ing)? (?:policy|guidelines"
            r"|rules)\b"
            r"|^be the first to (?:comment|reply)|^(?:log|sign) in to (?:comment|reply|join)"
            r"|\bplease (?:read|review) our comment(?:s|ing)? (?:policy|guidelines)"
            r"|^(?:comment|name|e-?mail|website)\s?\*?$|^no comments(?: yet)?\b"
            r"|\bjoin the conversation\b|^sort by\b|\bvalues? your comments\b"
            r"|\bto read and view comments\b|^click to (?:read|hide|show|view)\b"
        ),
        "12 Comments",
        most_words=26,
    ),
    Rule(
        "advertisement",
        RemovalReason.NOTICE,
        whole(
            r"advert(?:isements?|isment|orial|ising)?|ads?|anzeige|werbung|publicité"
            r"|publicidad[e]?|iklan|реклама|reklama|sponsored(?: content| by\b.{0,40})?"
            r"|paid (?:content|post)|promoted|scroll (?:untuk|to continue)\b.{0,60}|(?:skip|close"
            r"|hide) ad(?:vertisement)?"
        ),
        "Advertisement",
        most_words=8,
    ),
    Rule(
        "continues below",
        RemovalReason.NOTICE,
        anywhere(
            r"^\W{0,3}(?:article|story|text|content) (?:continues|resumes)\b.{0,40}$"
            r"|^(?:skip past|after) newsletter\b|^loading\W*$|^please (?:wait|enable javascript)\b"
            r"|\benable javascript\b"
            r"|^this (?:video|content|item) (?:is|can|could|cannot)\b.{0,40}\b(?:not available"
            r"|unavailable|be played)"
            r"|^(?:play|pause|mute|unmute|volume|fullscreen|autoplay)\b.{0,20}$"
        ),
        "Article continues below this advertisement",
        most_words=14,
    ),
    Rule(
        "cookie notice",
        RemovalReason.NOTICE,
        anywhere(
            r"\bwe (?:and our partners )?use (?:[\w,]+ )?cookies\b"
            r"|^this (?:site|website|page) uses cookies\b"
            r"|\b(?:accept|reject|manage|allow) (?:all )?cookies\b|\bour use of cookies\b"
            r"|\bprotected by recaptcha\b|\bcookie (?:settings|policy|preferences|notice)$"
            r"|^privacy notice:"
        ),
        "We use cookies to give you the best experience.",
        most_words=90,
    ),
    Rule(
        "newsletter",
        RemovalReason.NOTICE,
        anywhere(
            r"^(?:sign up|subscribe|register|join)\b.{0,80}\b(?:newsletters?|inbox|mailing list"
            r"|updates|alerts|briefing|channel|telegram|whatsapp)\b"
            r"|^(?:get|receive)\b.{0,120}\b(?:newsletter|inbox|in your e-?mail|delivered to you)\b"
            r"|\bdelivered (?:straight )?to your inbox\b|^(?:enter|your) e-?mail(?: address)?\W*$"
            r"|^enter your e-?mail\b|^please enter (?:a|your) (?:valid )?e-?mail\b"
            r"|^(?:thanks|thank you) for (?:signing up|subscribing)|\bsuccessfully subscribed\b"
            r"|^get (?:all )?the latest\b|^free (?:daily|weekly|monthly)? ?newsletter$"
            r"|^(?:join|get) our newsletter\b"
            r"|\bnewsletter\b.{0,80}\b(?:brings you|sign up|subscribe)\b|^sign up to [A-Z].{0,40}$"
            r"|^arrives (?:daily|weekly|monthly|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)$"
            r"|^newsletters?$"
        ),
        "Sign up for our morning newsletter",
        most_words=60,
    ),
    Rule(
        "account",
        RemovalReason.NOTICE,
        anywhere(
            r"^by (?:signing up|subscribing|entering your e-?mail|clicking|continuing|registering"
            r"|providing)\b.{0,200}\b(?:agree|consent|acknowledge)"
            r"|^already (?:a (?:subscriber|member)|registered|have an account)\b"
            r"|^(?:subscribe|sign in|log in|register|become a (?:member|subscriber))(?: now| today"
            r"| here)? (?:to|for)\b.{0,80}\b(?:access|read(?:ing)?|continue|unlock|unlimited"
            r"|view)\b"
            r"|^this (?:article|content|story) is (?:for|only|available)\b.{0,40}\bsubscribers?\b"
            r"|^for subscribers(?: only)?$|^you need to be a (?:subscriber|member)\b"
            r"|^you have (?:reached|read)\b.{0,60}\b(?:free articles?|limit)\b|^having trouble\?"
            r"|\bwith your account\b.{0,40}\bfree\b|^join .{1,40} for access\b"
            r"|^(?:support|donate to|help fund) (?:our|independent|quality) \w+"
            r"|^(?:download|get) (?:our|the)\b.{0,40}\bapp\b\W*$|^(?:un)?subscribed?\W*$"
        ),
        "Already a subscriber? Log in to read on.",
        most_words=60,
    ),
    Rule(
        "share words",
        RemovalReason.SHARE_BAR,
        anywhere(
            rf"^(?=.*\b(?:share|tweet|follow|send|save|pin|copy|copied|post|{_CHANNEL})\b)"
            rf"(?>(?:{_HANDLE}|{_CHANNEL})(?: \(opens in new window\))?(?:[\s|/·•,:!&*\-]+|$))+$"
        ),
        "Share Facebook Twitter Email",
        most_words=20,
    ),
    Rule(
        "share sentence",
        RemovalReason.SHARE_BAR,
        anywhere(
            rf"^(?:click to )?(?:share|follow|tweet|send|find)\b.{{0,40}}"
            rf"\b(?:on|via|by|to) (?:{_NETWORK}|x)\b.{{0,60}}$"
            rf"|^share (?:this|close|options|article|story|full article)\b.{{0,40}}$"
            rf"|\bclose extra sharing options\b|^copy link\b.{{0,20}}$|^follow us\b.{{0,30}}$"
            r"|^(?:gift|license|reuse|republish|print) this (?:article|content|story|page)\b"
        ),
        "Share this article on Facebook",
        most_words=14,
    ),
)
