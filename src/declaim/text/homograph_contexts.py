"""The table of contexts that tell homographs apart: data only; ``homographs`` reads it.

A block is a line of words, then its rules, first match wins. A rule is a reading, then the words around
the homograph, which stands at ``_``. In a pattern

- ``NAMES`` in capitals are the word classes below; ``a|b`` is either; ``~ing`` is any word that ends so
  (``~s`` leaves out *-ss*, *-us* and *-is*, which are seldom plurals);
- ``?`` is none or one, ``*`` is none to three, ``...`` is none to eight of any word;
- ``^`` is the beginning of the text, ``$`` its end; ``ANY`` is one word; ``CAPITAL`` is a capitalised one.

Contractions are written out (``don't`` is ``do not``, ``'ll`` is ``will``). A reading in capitals is a tag
of the dictionary (its ``DEFAULT`` included); anything else is the phonemes.

The line of words may end in ``NOUN=reading``, ``VERB=reading`` (what the general rules' verdict means for
these words) and ``ELSE=reading`` (their reading when no rule fits); ``alone`` keeps the general rules off.

Two tables of general rules judge what has no rule of its own, one for base forms (*record*), one for forms
in -s (*records*). Their order is by how certain a context is, and the priors are those of edited prose.
"""

from __future__ import annotations

CLASSES: dict[str, str] = {
    "DET": "the a an this these those each every some any no another either neither",
    "POSS": "my your his her its our their whose 's",
    "SUBJ": "i you we they who people",
    "SUBJ3": "he she it everyone everybody someone somebody nobody anyone",
    "OBJ": "me him her us them it himself herself itself themselves myself yourself ourselves everyone",
    "MODAL": "can could will would shall should may might must cannot 'd gonna",
    "DO": "do does did",
    "HAVE": "have has had having 've",
    "BE": "am is are was were be been being 'm 're seem seems seemed feel feels felt look looks looked",
    "NOT": "not never",
    "ADV": "~ly always often also never ever just already still now then usually sometimes rarely seldom "
    "really very so too quite all both even soon only almost rather more most as first again once together",
    "PREP": "of in on at by for with from into about under over between through during without within "
    "against after before behind beyond near per via despite above below across as than like toward "
    "towards",
    "NUM": "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
    "hundred thousand million several many few both first second third",
    "ADJ": "~al ~ous ~ive ~ful ~ic ~less ~able ~ible ~ary ~est new old big small good bad great long short "
    "best worst next own other same main whole full high low hot cold free fresh poor rich strange rough "
    "rude certain clear daily weekly monthly yearly early late easy hard heavy light large little major "
    "minor modern more most open perfect real recent sharp single slow fast special strong weak sudden "
    "recorded written white black red blue green golden young human common different current further "
    "similar simple deep empty entire fair false final formal huge last left right native odd public "
    "private quick quiet safe secret serious sole sure top total tiny true usual vast warm wet dry",
    "PLURAL": "~s ~men people children police teenagers",
    "END": "$ , ; : . ! ? —",
    "START": "^ , ; : . ! ? — and or but then",
    "YESTERDAY": "yesterday ago earlier last previously once",
    "PAST": "~ed was were had did went sat took got came stood found lay said told saw heard thought knew "
    "left kept made gave began ran wrote bought brought sent spent held met lost paid fell ate drank",
}

BASE_FORMS = """
NOUN  due|subject|according|access|addicted|respect|relation|regard|contrary|thanks|prior to ADJ* _
VERB  to NOT? ADV? _
VERB  MODAL SUBJ|SUBJ3? NOT? ADV* _
VERB  DO SUBJ|SUBJ3? NOT? ADV* _
VERB  DO DET|POSS ADJ* ANY _
VERB  MODAL|DO CAPITAL _
VERB  let|lets|make|makes|made|help|helps|helped|watch|watched|saw|hear|heard OBJ NOT? _
VERB  let|help|make|made DET|POSS ANY _
VERB  who|which|that NOT? ADV* _ DET|POSS|OBJ|PREP
NOUN  DET|POSS|NUM ADV? ADJ* _
NOUN  DET|POSS|NUM ADJ* ~ed|~ing|CAPITAL _
NOUN  BE NOT? ADV* _
VERB  SUBJ NOT? ADV* _
VERB  OBJ and OBJ _
NOUN  PREP ADJ* _
NOUN  _ 's|of|is|was|has|had|can|will|would|could|should|does
VERB  START please|let's|never|always|just|kindly _
VERB  NOT|ADV _ DET|POSS|OBJ|that|with|to|against
VERB  START _ DET|POSS|OBJ|all|both|any
VERB  _ me|him|them|us|himself|herself|themselves|yourself|myself|ourselves
VERB  PLURAL ADV* _ DET|POSS|OBJ|PREP|END|that|whether|when|to|~ly|more|less|over|~s
VERB  ^ ADJ? PLURAL _ ANY
VERB  ^ many|most|some|few ADJ? ~s|people _ ANY
NOUN  ADJ _
VERB  PLURAL ADV _
"""

S_FORMS = """
NOUN  _ are|were|have|had|of|will|would|can|could|do|did|which|who
VERB  ^|,|and|but this|that|each|it _ DET|POSS|OBJ
NOUN  DET|POSS|NUM|all|more|most|other|such ADV? ADJ* _
NOUN  more|most|many|some|other|several ANY _
VERB  SUBJ3|who|which|this|what NOT? ADV* _
VERB  that NOT? ADV* _ DET|POSS|OBJ|PREP|END|to
NOUN  PREP ADJ* _
VERB  ADV _ DET|POSS|OBJ|that|to|with|against
VERB  DET|POSS ADJ* ANY _ DET|POSS|OBJ|that|whether|him|us|them
VERB  CAPITAL _ DET|POSS|OBJ|that|to|against|with
NOUN  ADJ _
VERB  ANY _ me|him|them|us|itself|himself|herself
"""

CONTEXTS = """
read: alone
    VBD      HAVE|get|gets|got|'s NOT? ADV* _
    VBD      HAVE SUBJ|SUBJ3|CAPITAL NOT? ADV* _
    VBD      HAVE DET|POSS ADJ* ANY ADV* _
    VBD      am|is|are|was|were|be|been|being NOT? ADV* _
    VBD      widely|well _
    DEFAULT  to|MODAL NOT? ADV* _
    DEFAULT  MODAL|DO SUBJ|SUBJ3|CAPITAL? NOT? ADV* _
    DEFAULT  DO DET|POSS ADJ* ANY _
    DEFAULT  let|help|make|made|heard|hear|watch|watched|please OBJ|CAPITAL? _
    DEFAULT  DET|POSS ADJ* _
    VBD      YESTERDAY ... _
    VBD      _ ... yesterday|ago|last|aloud|once
    VBD      PAST ... and|, ADV? _
    VBD      PAST ... , SUBJ|SUBJ3 _
    VBD      SUBJ3 ADV* _
    VBD      DET|POSS ADJ* ~s ADV* _ DET|POSS|it|in|about ... and PAST
    DEFAULT  DET|POSS ADJ* PLURAL ADV* _
    VBD      DET|POSS ADJ* ANY ADV* _
    DEFAULT  ^ PLURAL ADV* _
    VBD      CAPITAL _ DET|POSS|OBJ|about|that|from|aloud|it
    VBD      i|we _ that|somewhere|about|in
reads leads: alone
lead: VERB=lˈid NOUN=lˈid ELSE=lˈid
    lˈɛd  made|out|full|traces|levels|amounts|tons|sheets|lump|pieces of _
    lˈɛd  _ pipe|pipes|pencil|pencils|paint|poisoning|acid|bullet|bullets|weight|weights|shot|mine|mines
    lˈɛd  _ oxide|level|levels|free|ore|exposure|battery|batteries|glass|roof|roofs|ingots|solder|dust
    lˈɛd  filled|lined|covered|coated|weighted|heavy|dull|soft|grey|gray with|as _
    lˈɛd  contain|contains|contained|containing|molten|melted|like|than|heavy|poisonous|toxic _
    lˈɛd  zinc|copper|tin|mercury|iron|gold|silver|arsenic|cadmium and|or|, _
    lˈɛd  _ and|or|, and? zinc|copper|tin|mercury|iron|gold|silver|arsenic|cadmium
    lˈɛd  the|of|from _ in DET? paint|water|pipes|soil|petrol|gasoline|blood
live: ELSE=DEFAULT
    DEFAULT  _ music|show|shows|concert|broadcast|audience|stream|television|tv|coverage|album|performance
    DEFAULT  _ from|ammunition|wire|bait|animals|birds|updates|events|event|recording|report|chat|and in
    DEFAULT  broadcast|streamed|performed|perform|shown|recorded|play|played|going|go|went|air|aired _
    VERB     long _ the
    DEFAULT  _ on|from DET? tv|television|radio|air|stage|youtube|screen
    DEFAULT  game|match|show|concert|debate|ceremony|it|them|speech|music|band|event _ END|on|from
    VERB     MODAL|to|DO SUBJ|SUBJ3|ANY? NOT? ADV* _
    DEFAULT  DET|POSS|is|was|are|were ADJ* _
    VERB     _ in|with|on|near|at|here|there|alone|together|without|by|under|next|up|forever|long
    VERB     who|that _
lives: ELSE=DEFAULT
    DEFAULT  POSS|NUM|DET|save|saved|saves|saving|risk|risked|lost|cost|human|many|of|other ADJ* _
    VERB     _ in|with|on|near|at|here|there|alone|next|by|across|under|up|upstairs|forever|above|below
tear: NOUN=DEFAULT ELSE=DEFAULT
    VERB  _ up|apart|down|off|open|out
    VERB  wear and _
    VERB  DET|POSS ADJ* _ in|through
    VERB  muscle|ligament|meniscus _
tears:
    VERB  _ up|apart|down|off|open|out|through
wind winds:
    VERB  _ up|down ANY? the|their|its|your|my|END
    VERB  ANY _ through|around|along|past|between|its|upward|downhill
bow: VERB=VERB NOUN=DEFAULT ELSE=DEFAULT
    VERB     take|takes|took|taking|deep|low|polite|slight|final|formal|respectful|stiff|little|graceful _
    VERB     take|takes|took|taken|taking|made|gave DET|POSS ADJ* _
    VERB     _ to|before|down|out
    VERB     _ of DET|POSS ANY? ship|boat|vessel|ferry|yacht|canoe|raft|submarine|tanker
    VERB     ship|boat|vessel|ferry|yacht|canoe|tanker 's? _
    VERB     ship|boat|vessel|ferry|sailor|captain|deck|anchor|stern ... _
    VERB     _ ... ship|boat|vessel|stern|waves
row: VERB=ɹˈO NOUN=ɹˈO ELSE=ɹˈO
    ɹˈW  _ about|over|broke|erupted|with
    ɹˈW  terrible|blazing|furious|domestic|almighty|flaming|bitter|dreadful|loud|huge|political|angry _
sow: VERB=sˈO NOUN=sˈW ELSE=sˈO
close: VERB=VERB NOUN=DEFAULT ELSE=DEFAULT
    VERB     to|MODAL|DO NOT? _
    DEFAULT  so|very|too|as|how|quite|pretty|really|extremely|that|dangerously|fairly|this _
    DEFAULT  am|is|are|was|were|be|been|get|gets|got|come|comes|came|stand|stood|sit|sat|stay|keep NOT? ADV* _
    DEFAULT  live|lives|lived|work|held|hold|stayed|kept|drew|grew|move|moved|follow|followed _
    NOUN     drew|draw|draws|came|come|brought|bring|coming|drawing to DET _
    NOUN     DET _ of
    DEFAULT  _ to|by|friend|friends|enough|together|behind|ties|look|call|attention
used: alone
    DEFAULT  BE ADV* _ to DET? ANY DET|POSS|ANY ~s|~ing
    VBD      BE|get|gets|got|getting|become|became|grown NOT? ADV* _ to DET|POSS|OBJ|this|that|~ing|being
    DEFAULT  am|is|are|was|were|be|been|being|HAVE NOT? ADV* _ to
    VBD      _ to
use:
    NOUN     no|of|in|little|make|makes|made|any|for|into|full|good|better|best _
    NOUN     ~ing|land|drug|water|energy|energy|personal|internet|phone|computer _ of|in|is|has|END
uses:
    NOUN     many|other|several|different|its|multiple|common|possible _
house: NOUN=DEFAULT
excuse abuse: ELSE=DEFAULT
    NOUN  drug|child|alcohol|substance|sexual|verbal|physical|domestic|animal|lame|no _
    NOUN  that|what a|an ADJ* _
present:
    DEFAULT  _ day|tense|time|moment|value
    DEFAULT  at|for|birthday|christmas|wedding|past|farewell _
increase decrease import transport:
    NOUN  _ in|of ... DET|ANY BE|was|is|will
    NOUN  on DET _
export: VERB=ɛkspˈɔɹt NOUN=ˈɛkspˌɔɹt ELSE=ˈɛkspˌɔɹt
exports: VERB=ɛkspˈɔɹts NOUN=ˈɛkspˌɔɹts ELSE=ˈɛkspˌɔɹts
exported: ELSE=ɛkspˈɔɹTᵻd alone
protest: VERB=pɹətˈɛst NOUN=pɹˈOtˌɛst ELSE=pɹˈOtˌɛst
protests: VERB=pɹətˈɛsts NOUN=pɹˈOtˌɛsts ELSE=pɹˈOtˌɛsts
protested: ELSE=pɹətˈɛstᵻd alone
transfer: VERB=tɹænsfˈɜɹ NOUN=DEFAULT
transfers: VERB=tɹænsfˈɜɹz NOUN=DEFAULT
produce:
    NOUN  fresh|local|farm|organic|dairy|seasonal|agricultural|garden _
refuse:
    NOUN  household|garden|domestic|kitchen _
    NOUN  _ collection|collector|bin|bins|dump|heap|disposal
content: VERB=DEFAULT ELSE=NOUN
    DEFAULT  BE NOT? ADV* _
    DEFAULT  perfectly|quite|more|not|entirely|completely _
    DEFAULT  _ to|with
contents: ELSE=NOUN alone
upset: VERB=DEFAULT NOUN=DEFAULT ELSE=DEFAULT
    NOUN  a|an|the|biggest|major ADJ* _ END|in|of|win|victory|when|by
    NOUN  _ stomach
invalid: ELSE=DEFAULT alone
    NOUN  a|an|the|elderly|old|bedridden|lifelong ADJ* _ END|for|who|since|and|in|whose|by|child|mother
minute: ELSE=DEFAULT alone
    ADJ  _ traces|trace|amount|amounts|quantity|quantities|detail|details|particles|particle|doses|dose
    ADJ  _ changes|differences|difference|fraction|cracks|crack|holes|creatures|organisms|fragments|grains
    ADJ  is|are|was|were|so|very|too|extremely|truly|almost _ END|and|but|compared|in|that
separate moderate:
    DEFAULT  keep|keeps|kept|keeping|remain|remained|stay|stayed|go|went ... _ END|from
    DEFAULT  _ ~s|room|house|issue|matter|occasion|entrance
adulterate animate articulate deliberate elaborate designate intimate diffuse consummate: NOUN=ADJ
perfect:
    DEFAULT  _ for|time|day|place|example|way|match
rebel:
    DEFAULT  _ ~s|army|leader|group|force|soldier|fighter
desert deserts:
    VERB  just _ END
suspect:
    DEFAULT  prime|main|murder|chief|key|usual|no _
subject:
    DEFAULT  _ to
contract:
    DEFAULT  under|by|rental|employment|marriage _
bass: ELSE=bˈAs alone
    bˈæs  caught|catch|catches|catching|fish|fishing|fried|grilled|sea|striped|largemouth|ate|eat ... _
    bˈæs  _ fishing|fisherman|boat|pond|and|or trout|perch|pike|salmon?
    bˈæs  _ ... lake|river|pond|fish|fishing|dinner|swam|swim
dove: alone
    VERB  _ into|in|for|under|off|down|headfirst|deep|straight|right|from|through|overboard|deeper|beneath
    VERB  SUBJ|SUBJ3 ADV* _
wound: alone
    DEFAULT  to|MODAL|DO NOT? _
    VBD      SUBJ|SUBJ3|HAVE NOT? ADV* _
    VBD      path|road|river|trail|procession|stairs|staircase|stream|line|way|tightly|and|train _
    VBD      _ up|around|round|down|through|along|its|tightly|back
    VBD      ANY _ DET|POSS ANY ANY? around|up|round|into|onto
wounds: alone
polish: ELSE=pˈɑlɪʃ alone
Polish: ELSE=pˈOlɪʃ alone
    pˈɑlɪʃ  ^|.|!|? _ DET|POSS|it|them
resume: VERB=ɹəzˈum NOUN=ɹˈɛzəmˌA ELSE=ɹəzˈum
    ɹˈɛzəmˌA  _ and cover
resumes: VERB=ɹəzˈumz NOUN=ɹˈɛzəmˌAz ELSE=ɹəzˈumz
sewer: ELSE=sˈuəɹ alone
    sˈOəɹ  talented|skilled|good|keen|experienced|avid|expert|beginner|home _ END|and|who|of|,
    sˈOəɹ  _ and|, knitter|quilter|seamstress
axes: ELSE=DEFAULT alone
    VERB  lumberjack|lumberjacks|woodcutters|firefighters|firemen|loggers|soldiers|warriors|vikings ... _
    VERB  swing|swung|swinging|sharp|sharpen|sharpened|stone|battle|bronze|chop|chopped|throw|carried ... _
    VERB  _ ... wood|trees|tree|firewood|logs|forest|hammers|saws|swords|spears|shields
    VERB  hammers|saws|swords|spears|knives|picks|shovels and|,|or _
bases: ELSE=bˈAsᵻz alone
    bˈAsiz  legal|theoretical|conceptual|scientific|philosophical|moral|ethical|different|factual|sound _
    bˈAsiz  _ for|of DET|POSS|this ANY? ~ion|theory|argument|claim|belief|theories|arguments
does: ELSE=DEFAULT alone
    dˈOz  bucks|stags|fawns|bulls and|or|, ANY? _
    dˈOz  _ and|or|, fawns|bucks|stags|fawn
Job: ELSE=ʤˈɑb alone
    ʤˈOb  of|like _ END|is|and|in|chapter|who|was
    ʤˈOb  book|patience|story|trials|sufferings of _
number: ELSE=DEFAULT alone
    nˈʌməɹ  grow|grew|growing|feel|felt|get|getting|got|went _ END|and|as|with|than|by
that: alone
    DEFAULT  _ SUBJ|SUBJ3|DET|POSS|MODAL|HAVE|BE|DO|PREP|NOT|there|if|when
    DT       _ END|one|time|day|way|night|morning|year|week|kind|sort|point|thing|man|woman|moment|case
    DT       START|PREP|is|was|like|do|all _
Xi: ELSE=ʃˈi alone
Xu: ELSE=ʃˈu alone
learned: ELSE=DEFAULT alone
    lˈɜɹnɪd  DET|POSS|very|most _ man|men|woman|scholar|scholars|professor|friend|judge|society|people
blessed: ELSE=blˈɛst alone
    blˈɛsɪd  DET _ virgin|sacrament|mother|event|relief|day|land|life|trinity|silence
    blˈɛsɪd  ^|. _ are
aged: ELSE=DEFAULT alone
    ˈAʤɪd  the|his|her|my|their|an _ END|parents|mother|father|man|woman|and|aunt|uncle
"""
