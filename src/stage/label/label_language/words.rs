//! Function words of languages in Latin letters: the words that no text of some length can do without.
//!
//! Written by hand. Each list has what is most frequent, and what tells the language from its neighbours: Danish "af" and
//! "hvad" beside Norwegian "av" and "hva", Czech "který" beside Slovak "ktorý". A word that several languages share counts
//! for each of them in part.

/// Language and its words.
pub(in crate::stage) const LANGUAGES: [(&str, &str); 34] = [
    (
        "en",
        "the of and to in is was for that on with as are it at by from this be have has had not but they his her he she we you were been which who their will would there when what about more said after its or an all one out up can could also into than other over new some if so no",
    ),
    (
        "de",
        "der die das und ist in den von zu mit sich auf für nicht im dem des ein eine einen einer einem als auch es an werden aus er sie hat dass daß nach wird bei noch wie um am haben sind war über oder aber wurde sein durch vor zum zur bis mehr kann wenn nur ich wir keine",
    ),
    (
        "fr",
        "le la les de des du et est en un une dans que qui pour pas sur par au aux il elle avec plus ce se son sa ses ne cette ces mais sont ont été à être fait comme ou nous vous leur leurs tout aussi même après deux où entre sans lui avait était selon c'est qu'il d'un d'une",
    ),
    (
        "es",
        "el la los las de del y en que un una es por con para se no su sus al lo como más pero fue ha este esta son también entre ya sobre desde está han cuando muy sin hasta ser según años donde porque todo le me hay dos tras después quien nos ese esa",
    ),
    (
        "pt",
        "o a os as de do da dos das e em que um uma é por com para se não no na nos nas ao à mais como mas foi ele ela seu sua são também entre já sobre está ser tem há quando muito sem até pelo pela isso essa esse ou depois anos segundo foram você",
    ),
    (
        "it",
        "il lo la i gli le di del della dei delle dello e è in che un una per con non si da al alla dal dalla nel nella sul sulla sono anche come più ma ha hanno questo questa suo sua stato o ed ci se dopo tra anni essere quando dove due cui prima nei nelle ai agli alle dell'",
    ),
    (
        "nl",
        "de het een en van in is dat op te zijn met voor niet aan er die door als om ook bij naar maar dan uit nog wordt werd heeft hebben had over hij zij ze ik je wij kan meer zou worden deze dit na tot zich wel geen omdat waar jaar tegen onder zo",
    ),
    (
        "af",
        "die het en van in is dat op te met vir nie aan wat as om ook by sy hy hulle ek ons jy kan meer sal word wees hierdie daar na tot maar uit was sê oor baie omdat toe nog een 'n se",
    ),
    (
        "sv",
        "och att det i en som är på av för med den till har de inte om ett han var men vi jag hon från så kan när år också efter eller nu ska skulle sin sig under vid där mot mycket vara blir blev hade än andra då mellan alla många utan hans måste något",
    ),
    (
        "da",
        "og at det i en som er på af for med den til har de ikke om et han var men vi jeg hun fra så kan når også efter eller nu skal skulle sin sig under ved der mod meget være bliver blev havde end andre da mellem alle mange uden hvad hvor noget kun nogle siger mig dig gøre år op blevet hvis",
    ),
    (
        "no",
        "og at det i en som er på av for med den til har de ikke om et han var men vi jeg hun fra så kan når også etter eller nå skal skulle sin seg under ved der mot mye være blir ble hadde enn andre da mellom alle mange uten hva hvor noe bare noen sier meg deg gjøre år opp blitt hvis ikkje eit ein",
    ),
    (
        "is",
        "og að í er á sem til um við var fyrir með en ekki það hann hún þetta þessi frá af eru hefur verið þegar því þar eftir hafa svo eða sé voru við upp ég þú við segir",
    ),
    (
        "fi",
        "ja on ei että se hän oli joka mutta kun ovat myös niin kuin hänen sen tai jos olla mukaan vuonna jo vain nyt ole sekä sitten mitä siitä tämä tämän kanssa jälkeen ennen voi hyvin paljon ollut olisi minä me he jonka ettei noin",
    ),
    (
        "et",
        "ja on ei et see ta oli kes mis kui ka ning aga või oma selle seda nii siis veel juba tema meie nad olid aasta pärast mida kuid pole ole saab peab olnud ainult koos eest välja üle",
    ),
    (
        "hu",
        "a az és hogy nem is egy ez azt van volt de meg már csak mint ha még vagy szerint után ezt el ki fel lehet kell nagyon minden pedig majd mert sem így lesz között több arra ott magyar voltak",
    ),
    (
        "pl",
        "i w na z do że się nie jest to o jak po ale od za co przez oraz dla są był była było być już tylko może jego jej ich tym tego które który która także przed przy ma pod jednak gdy czy lub tak bardzo został została ze roku lat",
    ),
    (
        "cs",
        "a v na se je že z do s o to za k by jsou byl byla bylo být jako jeho který která které ale po pro od při nebo také už jen podle před však ve než jsem když má mezi aby tak co až mu bude kteří není tom ještě nejsou roku řekl který",
    ),
    (
        "sk",
        "a v na sa je že z do s o to za k by sú bol bola bolo byť ako jeho ktorý ktorá ktoré ale po pre od pri alebo tiež už len podľa pred však vo než som keď má medzi aby tak čo až mu bude ktorí nie tom ešte roku povedal si aj ktorého",
    ),
    (
        "sl",
        "in v na se je da za so ki z pa po ni kot s ne bi do od pri ali bo še tudi že to ter bil bila bilo smo sem lahko zaradi med pred več vse kar ko po tem po njegovih leta bodo ima bili svoje",
    ),
    (
        "hr",
        "i u na se je da za su od s koji koja koje ne to o kao bi iz do će ili ali samo nije a li po još bio bila bilo što te sve više kako nakon prema biti već godine može zbog između sa ima rekao jer tako smo dok nisu",
    ),
    (
        "ro",
        "și în de la a cu pe că nu o un este care din pentru se mai sunt fost au ca al ale sau dar după lui ei fi prin această acest când foarte între despre către fără doar unei unui cele cei până dintre spus anul are fie deja s-a",
    ),
    (
        "sq",
        "të e në dhe për me një nga që është si nuk i më do ka kanë ishte janë kjo ky por ose kur ai ajo duke pas te se ku edhe deri tha vetëm mund",
    ),
    (
        "tr",
        "ve bir bu için de da ile olarak olan çok daha gibi ama en sonra kadar ise ne var o değil her oldu olduğu göre ki mi ya şey dedi diye ancak tarafından bin iki yeni bunu olduğunu yüzde üzerinde şu nasıl hem",
    ),
    (
        "az",
        "və bir bu üçün də da ilə olan çox daha kimi ki sonra qədər isə var o deyil hər oldu görə onun edib olub bildirib azərbaycan tərəfindən ilə haqqında olunub edən",
    ),
    (
        "id",
        "yang dan di ini itu dengan untuk dari dalam pada tidak akan ke juga oleh adalah sebagai telah ada mereka karena lebih bisa saat atau saya kami kita dia sudah tersebut hingga namun seperti bahwa menjadi para kata tahun secara harus belum setelah",
    ),
    (
        "ms",
        "yang dan di ini itu dengan untuk daripada dalam pada tidak akan ke juga oleh adalah sebagai telah ada mereka kerana lebih boleh ketika atau saya kami kita beliau sudah tersebut sehingga namun seperti bahawa menjadi para kata tahun secara perlu belum selepas turut iaitu",
    ),
    (
        "vi",
        "và của là có các được cho trong không với những một người này đã khi để từ đến về cũng như ra vào ở tại theo sẽ trên nhiều năm bị phải làm nhưng sau còn đó hai thì",
    ),
    (
        "tl",
        "ang ng sa na mga at ay si para nang kay ni hindi ito niya siya kung may dahil ayon pa rin din naman ko mo kanyang isang nito upang",
    ),
    (
        "sw",
        "ya na wa kwa ni katika la za cha kuwa hiyo huo hii huyo yake wake alisema baada kama lakini pia wakati hakuna watu ambao ambayo zaidi hata bila",
    ),
    (
        "ca",
        "el la els les de del dels i en que un una és per amb no se al als com més però va ha aquest aquesta són també entre ja sobre des està han quan molt sense fins ser segons anys on perquè tot hi ho seva seu després ens ens pel això l'",
    ),
    (
        "gl",
        "o a os as de do da dos das e en que un unha é por con para se non no na nos nas ao á máis como pero foi el ela seu súa son tamén entre xa sobre está ser ten hai cando moi sen ata polo pola iso esa ese ou despois anos segundo",
    ),
    (
        "eu",
        "eta da ez du dute bat dira izan ere zen hori egin den duen baina hau dio baino bere egiten dela urte oso beste zuen zuten gabe arte ondoren gehiago",
    ),
    (
        "lt",
        "ir yra kad į iš su tai ne bet kaip jo po už apie buvo nuo per dar jau savo tik arba prie taip ar bus labai metų jos būti kuris kuri gali pagal ant kai",
    ),
    (
        "lv",
        "un ir ka no ar uz par tas kā bet ne arī lai vai pie pēc tika to viņš viņa ko jau tikai gan būt bija savu šo pret līdz vēl nav kas kuri gada",
    ),
];
