//! Sections of newspapers: what stands in menus, above headlines, and between a headline and the site's name.

/// Words of their names in lower case, separated by spaces; `|` is for readers.
pub static SECTIONS: &str = "home news world sport sports business opinion politics culture lifestyle entertainment tech
    | technology science health travel local national international economy education weather podcasts video videos more arts food
    | style magazine features community obituaries classifieds jobs events uk us europe africa asia markets money finance property
    | environment climate society media crime football cricket games shop contact about advertise careers help faq newsletters
    | startseite politik wirtschaft kultur panorama sport wissen reise meinung netzwelt gesundheit digital regional
    | accueil politique economie societe monde culture sante sciences
    | inicio portada politica economia mundo deportes cultura opinion sociedad salud tecnologia
    | esportes esporte saude brasil mundo | cronaca esteri sport spettacoli salute
    | binnenland buitenland economie | gundem ekonomi dunya spor magazin saglik teknoloji
    | polska swiat gospodarka kultura
    | главная новости политика экономика общество спорт культура мир
    | الرئيسية أخبار رياضة اقتصاد ثقافة منوعات سياسة محليات دولي عالم فن صحة تكنولوجيا مقالات رأي فيديو المزيد الرياضة الاقتصاد العالم
    | 首页 新闻 国际 国内 体育 财经 娱乐 科技 社会 新闻中心 | ホーム ニュース スポーツ 国内 国際 経済 エンタメ 政治 社会
    | 정치 경제 사회 국제 문화 스포츠 연예 오피니언 세계 전국";

/// Words beside those in the names of sections: `Latest News`, `Middle East`, `В мире`.
pub static SECTION_QUALIFIERS: &str = "breaking latest top all middle east west north south central pacific latin america american east
    and in the of und et y e в мире в россии nachrichten ausland inland lokales internacional nacional españa france deutschland italia";
