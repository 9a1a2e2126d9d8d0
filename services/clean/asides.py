"""What stands aside in an article: lines that lead to other articles, and what belongs to its pictures.

Rows of the table in `furniture`.
"""

from schemas import RemovalReason
from services.clean.rule import Reach, Rule, anywhere, as_written, whole

_ALSO = (
    r"read (?:more|also|next|on)|also (?:read|see)|see also|more on this(?: story)?"
    r"|related(?: (?:article|story|stories|coverage|reading))?|recommended"
    r"|further reading|don['’]t miss|watch(?: more| also| now)?|listen(?: now)?"
    r"|baca(?: juga| lainnya)?|lihat juga|simak juga|berita terkait"
    r"|(?:à )?lire (?:aussi|également)|à lire|voir aussi|sur le même sujet"
    r"|lesen sie (?:auch|mehr|dazu)|lies auch|mehr zum thema|auch interessant"
    r"|siehe auch|leia (?:também|mais)|veja (?:também|mais)|saiba mais|le[ae] también"
    r"|lee más|leer más|ver también|(?:le|te) puede interesar|también puedes leer"
    r"|leggi anche|leggi di più|guarda anche|lees (?:ook|meer|verder)"
    r"|läs (?:också|även|mer)|les (?:også|mer)|læs også|lue myös"
    r"|czytaj (?:też|także|również|więcej)|zobacz (?:też|także|również)"
    r"|přečtěte si(?: také)?|čtěte také|prečítajte si(?: aj)?|citește și|citeşte şi"
    r"|olvassa el(?: ezt is)?|pročitajte (?:i|još)|читайте (?:также|також|ещё|еще)"
    r"|читать (?:также|далее)|смотрите также|ayrıca (?:okuyun|bakınız)"
    r"|bunu da oku(?:yun)?|đọc thêm|xem thêm|اقرأ أيض[ًا]*|اقرأ المزيد|यह भी पढ़ें"
    r"|ये भी पढ़ें|এছাড়াও পড়ুন|相关阅读|延伸阅读|関連記事|あわせて読みたい|อ่านเพิ่มเติม"
)
_AGENCY = (
    r"(?:AP|A\.P\.|AFP|EPA|EFE|ANSA|DPA|PTI|ANI|TASS|Reuters|Associated Press"
    r"|Getty(?: Images)?|Shutterstock|iStock(?:photo)?|Alamy(?: Stock Photo)?"
    r"|Bloomberg|Anadolu(?: Agency)?|Xinhua|Sipa(?: USA)?|ZUMA(?: Press)?|NurPhoto"
    r"|Rex(?: Features)?|PA(?: Wire| Images| Media)?|Imago|Unsplash|Pexels|Pixabay"
    r"|Flickr|Antara(?: Foto)?)"
)

ASIDES: tuple[Rule, ...] = (
    Rule(
        "read also, with a mark",
        RemovalReason.READ_ALSO,
        anywhere(rf"^\W{{0,4}}(?:{_ALSO})\s*(?:[:：»>|–—]|\s-)\s*\S"),
        "Baca juga: Harbour to close for a week",
        most_words=45,
    ),
    Rule(
        "read also, in capitals",
        RemovalReason.READ_ALSO,
        as_written(
            r"^\W{0,3}(?:READ (?:MORE|ALSO|NEXT)|ALSO READ|SEE ALSO|RELATED|WATCH(?: NOW| LIVE)?"
            r"|BACA JUGA|LEIA MAIS)\s+(?=[A-Z‘“'\"])[^.]*$"
        ),
        "READ MORE Harbour to close for a week",
        most_words=25,
    ),
    Rule(
        "click here",
        RemovalReason.READ_ALSO,
        anywhere(
            r"^\W{0,3}(?:click|tap) (?:here|to)\b"
            r"|^read more (?:about|on|from|at|here|stories|in)\b.{0,80}$|\bclick here\W{0,3}$"
            r"|^(?:read|see|view) (?:the )?(?:full|our complete|our full) (?:story|article"
            r"|coverage|report)\b"
        ),
        "CLICK HERE TO GET THE PAPER'S APP",
        most_words=16,
    ),
    Rule(
        "read also, alone",
        RemovalReason.READ_ALSO,
        whole(rf"{_ALSO}|continue reading|keep reading|full story"),
        "READ MORE",
        most_words=5,
        reach=Reach.LIST,
    ),
    Rule(
        "headline in capitals",
        RemovalReason.READ_ALSO,
        as_written(r"^(?!\d+[.)]\s)(?=(?:\w+\W+){7})(?=.*[A-Z])[^a-zß-öø-ÿ]*[^a-zß-öø-ÿ.!…:,;]$"),
        "COUNCIL VOTES TO CLOSE THE HARBOUR FOR A WEEK",
        most_words=30,
    ),
    Rule(
        "credit in brackets",
        RemovalReason.PHOTO_CREDIT,
        anywhere(
            rf"[(\[](?:[^()\[\]]{{0,80}}[/,|]\s?{_AGENCY}\b[^()\[\]]{{0,60}}|{_AGENCY}(?: Photo"
            rf"| Images?| File)?\s?/[^()\[\]]{{1,80}}|(?:{_AGENCY} )?(?:File )?(?:Photo|Image"
            r"|Picture|Foto|Courtesy|Handout|Screenshot|Screengrab"
            rf"|Illustration)\b[^()\[\]]{{0,80}}|[^()\[\]]{{1,80}}\bvia {_AGENCY})[)\]][.\s]*$"
        ),
        "A tug leaves the harbour at dawn. (AP Photo/Ann Example)",
        most_words=90,
    ),
    Rule(
        "credit after a colon",
        RemovalReason.PHOTO_CREDIT,
        as_written(
            r"(?:^|[\s.!?”\"')])(?:Photo(?:graph|s)?|PHOTO|Image|Picture|Pictures|Foto|FOTO"
            r"|Photo [Cc]redits?|Image [Cc]redit|Credit|CREDIT|Illustration|Composite|Screenshot"
            r"|Pic|Crédit photo|Bild)\s?:\s?[A-Z©@‘“\"'][^.!?]{1,100}(?:\.com)?$"
        ),
        "A tug leaves the harbour Photograph: Ann Example/The Paper",
        most_words=90,
    ),
    Rule(
        "photo, stroke, agency",
        RemovalReason.PHOTO_CREDIT,
        as_written(r"\b(?:PHOTO|FOTO|Photo|Foto|PIC|IMAGE)S?\s?/\s?\S.{0,60}$"),
        "A tug leaves the harbour. PHOTO/Reuters",
        most_words=60,
    ),
    Rule(
        "name, stroke, agency",
        RemovalReason.PHOTO_CREDIT,
        as_written(
            rf"(?:^|\s)[^\s/]+\s?/\s?(?:{_AGENCY}|Pool|File|Handout"
            rf"|AFP via Getty Images)\b[^.!?]{{0,40}}$|\b(?:Getty Images|Shutterstock|Alamy|iStock"
            rf"|{_AGENCY} (?:Photo|File Photo))\W{{0,3}}$"
        ),
        "A tug leaves the harbour Ann Example/Getty Images",
        most_words=60,
    ),
    Rule(
        "image label",
        RemovalReason.PHOTO_CREDIT,
        anywhere(
            r"^(?:image (?:source|caption|credit|copyright|gallery)\b|view (?:image|gallery"
            r"|photos?)\b|photo gallery|file photo\b|handout (?:photo|image|picture)\b|(?:photo"
            r"|image|picture|photograph|video|illustration)s? (?:by|courtesy(?: of)?|via|from"
            r"|provided by|supplied by)\s+\S+[^.!?]{0,80}$|photo caption|media caption|(?:open"
            r"|close) (?:image|modal|gallery)\b|(?:enlarge|hide) (?:this )?(?:image|caption)"
            r"|toggle caption|slideshow\b)"
        ),
        "Image source, Ann Example",
        most_words=14,
    ),
    Rule(
        "file picture",
        RemovalReason.PHOTO_CREDIT,
        as_written(r"^(?:FILE(?: PHOTO| PIC| IMAGE)?|File photo|ARCHIVE PHOTO)\s?(?:[-–—:]|\s—)\s?\S"),
        "FILE - A tug leaves the harbour on May 2, 2019.",
        most_words=90,
    ),
)
