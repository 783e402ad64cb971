"""Words by which English books say who speaks, and of what gender somebody is."""

from __future__ import annotations

# ruff: noqa: SIM905 - as lists of strings these would be three times as long

SPEECH_VERBS = frozenset(
    """
    said says say asked asks replied replies answered answers cried cries exclaimed exclaims shouted
    shouts whispered whispers murmured murmurs muttered mutters remarked remarks added adds continued
    continues began begins beginning returned repeated repeats observed observes called calls demanded
    demands inquired enquired declared declares protested protests pleaded pleads begged insisted
    insists agreed agrees admitted admits suggested suggests explained explains interrupted interposed
    retorted rejoined responded growled grumbled screamed yelled roared gasped sighed sobbed groaned
    moaned snapped snarled hissed breathed laughed smiled stammered faltered ejaculated announced
    announces concluded resumed proceeded proposed ventured urged warned commanded ordered prayed
    hinted chimed piped drawled bawled bellowed shrieked squeaked squealed panted chuckled giggled
    grunted mumbled croaked sneered echoed persisted corrected reminded assured told tells thought
    thinks reflected wondered mused recited sang boomed barked coaxed mocked jeered lied lamented
    confessed conceded countered quipped reasoned repeated quoted read went objected apologised
    apologized whimpered wailed blurted nodded shrugged grinned frowned
    """.split()
)
"""Also what is done while speaking: “Yes,” he smiled."""
THOUGHT_VERBS = frozenset({"thought", "thinks", "reflected", "wondered", "mused"})
ONLY_WITH_PARTICLE = {"went": "on", "chimed": "in", "broke": "in", "burst": "out", "put": "in"}
"""Verbs that are of speech only with a particle: the Hatter went on."""
OUTRIGHT = frozenset(
    """
    said says say asked asks replied answered cried exclaimed shouted whispered murmured muttered
    remarked added began repeated called thought inquired enquired told screamed yelled
    """.split()
)
"""Verbs that introduce speech whatever stands around them."""

FEMALE_TITLES = frozenset(
    """
    mrs ms miss madam madame mademoiselle lady aunt auntie queen princess duchess sister mother mama
    mamma mum grandmother granny mistress countess baroness widow nurse
    """.split()
)
MALE_TITLES = frozenset(
    """
    mr sir lord uncle king prince duke captain colonel major general lieutenant sergeant father brother
    papa dad grandfather master monsieur reverend rev count baron squire friar judge inspector
    constable
    """.split()
)
TITLES = FEMALE_TITLES | MALE_TITLES | {"dr", "doctor", "professor", "prof", "st", "old", "widow", "cousin"}
FEMALE_NOUNS = FEMALE_TITLES | frozenset(
    """
    woman girl daughter wife maid niece witch hostess landlady housekeeper cook governess lass heroine
    waitress actress bride stepmother hen
    """.split()
)
MALE_NOUNS = MALE_TITLES | frozenset(
    """
    man boy son husband nephew gentleman fellow lad butler footman landlord host knight knave hero
    waiter actor groom stepfather old-man sailor soldier priest monk wizard coachman policeman
    """.split()
)
CHILD_NOUNS = frozenset({"boy", "girl", "child", "baby", "lad", "lass", "urchin", "kid"})
OLD_WORDS = frozenset({"old", "aged", "grandmother", "grandfather", "granny", "ancient", "elderly"})

FEMALE_NAMES = frozenset(
    """
    abigail ada adele agatha agnes alice alma amelia amy anastasia angela anita ann anna anne annie
    audrey barbara beatrice becky bella bertha bess bessie betsy betty bridget caroline catherine
    cecilia charlotte clara clarissa constance cora cordelia daisy deborah diana dinah dora dorothea
    dorothy edith edna eleanor elinor eliza elizabeth ella ellen elsie emily emma esther ethel eugenia
    eva eve evelyn fanny flora florence frances georgiana gertrude grace gwendolen hannah harriet
    hattie helen henrietta hester hilda ida irene isabel isabella jane janet jean jemima jennie jenny
    jessica jessie jill joan josephine judith judy julia juliet kate katharine katherine kathleen kitty
    laura lavinia leah leila lily lizzie lola lorna louisa louise lucy lydia mabel madeline maggie
    margaret maria marianne marie marion marjorie martha mary matilda maud may meg mercy mildred millie
    minnie miranda miriam molly monica muriel nancy nellie nelly nina nora norah olive olivia ophelia
    pamela patience patty paula pauline pearl peggy penelope phoebe polly priscilla prudence rachel
    rebecca rosalie rosalind rosamond rose ruby ruth sally sarah selina serena sibyl sophia sophie
    stella susan susanna sybil sylvia tess theresa ursula vera victoria viola violet virginia winifred
    """.split()
)
MALE_NAMES = frozenset(
    """
    aaron abel abraham adam adrian alan albert alec alexander alfred ambrose andrew anthony archibald
    arnold arthur augustus basil ben benjamin bernard bert bill billy bob bobby caleb cecil charles
    charley charlie christopher clarence claude clement cyril daniel david dick donald duncan edgar
    edmund edward edwin eric ernest eustace evan felix ferdinand francis frank fred frederick gabriel
    geoffrey george gerald gerard gilbert giles godfrey gregory guy hal harold harry harvey hector
    henry herbert herman horace howard hubert huck hugh humphrey isaac jack jacob james jasper jed jem
    jerome jerry jim jimmy joe joel john johnny jonas jonathan joseph joshua julian julius kenneth
    laurence lawrence leo leonard lewis lionel louis luke malcolm mark martin matthew maurice max
    michael miles mortimer moses nathan nathaniel ned neil nicholas nick noah norman oliver oscar owen
    patrick paul percy peter philip phil pip ralph randolph raymond reginald richard robert robin
    roderick rodney roger roland ronald rupert sam samuel sebastian sid sidney silas simon stephen
    steve ted theodore thomas timothy toby tom tommy vernon victor vincent walter wilfred will william
    willie
    """.split()
)
FUNCTION_WORDS = frozenset(
    """
    a about above after again all also although always am an and another any are as at away because
    been before both but by can come could did do does done down dear each either even ever every
    everybody everyone for from god good had has have he heaven hello help hence her here hers herself
    hey him himself his how however i if in indeed into is it its itself just last let like look lord
    many may maybe me meanwhile might mine more most much must my myself never next no nobody none
    nonsense nor not nothing now of off oh on once one only or other our out over perhaps please poor
    quite same say see shall she should since so some somebody someone something soon still such
    suddenly surely take tell than thank that the their them then there these they this those though
    through thus to together too two twice under until up upon us very was we well were what whatever
    when where whether which while who whose why will with without would yes yet you your
    """.split()
)
"""Words that are capitalised where a sentence begins."""
NOT_NAMES = FUNCTION_WORDS | frozenset(
    """
    january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday christmas english french england london america
    chapter
    """.split()
)
"""Words that are capitalised for another reason than that they are names."""
