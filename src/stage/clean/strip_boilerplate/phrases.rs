//! What pages print around articles, in the languages of most dumps.
//!
//! Written from what newspapers' pages say, not from one dump, and without any site's name. Phrases stand
//! between `|`, a language or two a line; case, accents and punctuation make no difference, and `0` stands
//! for every number. A phrase belongs here if no writer would make a sentence of a body of it.

use super::Group::{self, Advertisements, Navigation, Notices, Pleas, ReadMore, Related, Sharing, Times};

/// Lines, and pieces of lines that consist of nothing else.
pub(super) static PIECES: &[(Group, &str)] = &[
    (
        Sharing,
        "share | tweet | retweet | print | email | e mail | facebook | twitter | whatsapp | telegram | linkedin | pinterest
        | flipboard | viber | google plus | copy link | copy url | link copied | copied | share this | follow
        | share on x | share to x | post on x | text size | font size | text size a a a | font size a a a | comment | comments
        | reply | 0 shares | 0 likes | leave a comment | leave a reply | post a comment | add a comment | show comments
        | view comments | view all comments | read comments | be the first to comment | no comments yet | no comments
        | comments are closed | comments are off | join the conversation | listen to this article | listen to this story
        | listen to article | listen to the article | save for later | save this article | save article | bookmark this
        | print this page | print article | send to a friend | email to a friend | email this article | gift this article
        | give this article | resize text | decrease font size | increase font size
        | teilen | drucken | merken | kommentare | kommentieren | artikel teilen | artikel drucken | versenden
        | weiterempfehlen | artikel anhoren | artikel vorlesen | auf facebook teilen | auf twitter teilen | auf x teilen
        | per e mail teilen | per whatsapp teilen | per mail versenden | kommentar schreiben | link kopieren | twittern
        | partager | partagez | imprimer | commenter | commentaires | commentaire | envoyer par e mail | envoyer par email
        | partager sur facebook | partager sur twitter | partager sur x | partager larticle | partager cet article
        | ecouter larticle | ecouter cet article | copier le lien | envoyer a un ami | lire les commentaires | reagir
        | compartir | comparte | imprimir | comentar | comentarios | enviar por correo | enviar por email
        | compartir en facebook | compartir en twitter | compartir en x | compartir en whatsapp | compartir por whatsapp
        | copiar enlace | escuchar articulo | escuchar este articulo | tuitear | twittear | guardar articulo
        | ver comentarios | deja un comentario | comparte esta noticia | comparte este articulo
        | compartilhar | compartilhe | partilhar | comentarios | copiar link | enviar por e mail | ouvir artigo
        | compartilhar no facebook | compartilhar no twitter | compartilhar no whatsapp | ouca este artigo | deixe um comentario
        | compartilhe esta noticia | compartilhe isso | deixe seu comentario
        | condividi | condividere | stampa | commenti | commenta | condividi su facebook | condividi su twitter
        | condividi su x | condividi su whatsapp | condividi questo articolo | copia link | ascolta larticolo | invia per email
        | ascolta questo articolo | lascia un commento
        | delen | deel | deel dit artikel | deel op facebook | deel op twitter | deel via whatsapp | reacties | reageer
        | kopieer link | luister naar dit artikel | afdrukken | delen op facebook | delen via e mail
        | paylas | paylasin | yazdir | yorum yap | yorumlar | facebookta paylas | twitterda paylas | xte paylas
        | whatsappta paylas | linki kopyala | haberi dinle | haberi paylas | yorum yaz | tweetle
        | поделиться | распечатать | твитнуть | комментарии | комментировать | скопировать ссылку | вконтакте | одноклассники
        | поделиться в facebook | поделиться в telegram | поделиться ссылкой | прослушать | слушать статью | оставить комментарий
        | версия для печати | отправить на почту | поделиться новостью
        | شارك | شاركها | شارك الخبر | شارك المقال | مشاركة | مشاركه الخبر | شارك علي | طباعة | اطبع | طباعة الخبر | إرسال | ارسل
        | إرسال إلى صديق | تويتر | فيسبوك | فيس بوك | واتساب | واتس اب | تيليجرام | تلغرام | تليجرام | انستغرام | انستقرام
        | لينكد إن | غرد | تغريد | تغريدة | نسخ الرابط | انسخ الرابط | التعليقات | تعليقات | تعليق | أضف تعليق | اترك تعليقا
        | اكتب تعليقك | لا توجد تعليقات | التعليقات مغلقة | حجم الخط | تكبير الخط | تصغير الخط | استمع إلى المقال | استمع للمقال
        | استمع للخبر | بريد إلكتروني | البريد الإلكتروني | انشر الخبر | حفظ المقال | أرسل لصديق
        | 分享 | 分享到 | 分享至 | 分享到微信 | 朋友圈 | 打印 | 复制链接 | 评论 | 发表评论 | 收藏 | 点赞 | 字号 | 分享文章
        | 分享到微博 | 列印 | 複製連結 | 转发 | 我要评论 | 查看评论
        | udostepnij | udostepnij na facebooku | tweetnij | drukuj | wydrukuj | skomentuj | komentarze | dodaj komentarz | skopiuj link
        | शेयर | शेयर करें | ट्वीट | ट्वीट करें | प्रिंट | प्रिंट करें | कमेंट | कमेंट करें | फेसबुक | व्हाट्सएप | टिप्पणी करें | लिंक कॉपी करें
        | 字号 大 中 小 | 字体 大 中 小 | 字號 大 中 小
        | シェア | シェアする | ツイート | ツイートする | 印刷 | 印刷する | コメント | コメントする | リンクをコピー | フェイスブック
        | ポスト | ブックマーク | この記事をシェア | はてなブックマーク | 文字サイズ | メールで送る",
    ),
    (
        Navigation,
        "menu | skip to content | skip to main content | skip to navigation | jump to content | toggle navigation 
        | close menu | open menu | main menu | site map | sitemap | about us | contact us | back to top | back to home
        | previous article | next article | previous post | next post | next story | previous story | click to expand | loading
        | image caption | media caption | play video | click to play | story highlights | breaking news | just in
        | my account | sign in | log in | login | log out | logout | register | home page | homepage | read in app | open in app
        | view gallery | view more | show more | load more | see more | see all | view all | slide 0 of 0 | page 0 of 0 | 0 of 0
        | story continues | story continues below | article continues below | the story continues below | continues below
        | zum inhalt springen | zum hauptinhalt | zur startseite | nach oben | eilmeldung | menü | anmelden | abmelden
        | mehr anzeigen | mehr laden | alle anzeigen | bildunterschrift
        | aller au contenu | aller au contenu principal | retour en haut | se connecter | connexion | sidentifier | voir plus
        | retour a laccueil | afficher plus | derniere minute | article suivant | article precedent
        | ir al contenido | saltar al contenido | volver arriba | iniciar sesion | ver mas | ver todo | ultima hora | ultimo momento
        | noticia anterior | noticia siguiente | cargar mas
        | ir para o conteudo | pular para o conteudo | voltar ao topo | ver mais | carregar mais | ultima hora | fazer login
        | vai al contenuto | torna su | accedi | mostra altro | carica altro | ultim ora | ultimora
        | naar de inhoud | ga naar inhoud | inloggen | uitloggen | toon meer | meer laden | terug naar boven
        | icerige gec | ana sayfa | giris yap | uye ol | son dakika | daha fazla goster | sonraki haber | onceki haber
        | перейти к содержанию | перейти к основному содержанию | войти | наверх | показать еще | срочно | главная | меню | поиск
        | الرئيسية | الصفحة الرئيسية | عاجل | خبر عاجل | بحث | تسجيل الدخول | انتقل إلى المحتوى | تخطي إلى المحتوى
        | عرض المزيد | تحميل المزيد | الخبر السابق | الخبر التالي | المقال السابق | المقال التالي | شاهد المزيد
        | 菜单 | 搜索 | 登录 | 注册 | 首页 | 返回顶部 | 返回首页 | 加载更多 | 查看更多 | 上一篇 | 下一篇 | 突发新闻 | 展开全文
        | メニュー | 検索 | ログイン | 会員登録 | ホーム | トップページ | ページトップへ | 速報 | もっと見る",
    ),
    (
        ReadMore,
        "0 chars | read more | read entire article | read full article | read the full article | read the full story | read full story
        | read the entire article | read the whole story | read the original article | read original article | read on
        | read whole story | read the rest | continue reading | keep reading | continue reading below | read more here
        | click to read more | click here to read more | click here | click here for more | full story | full article
        | view original article | view full article | view article | see full article | learn more | find out more | more info
        | weiterlesen | mehr lesen | mehr erfahren | ganzen artikel lesen | jetzt weiterlesen | zum artikel | lesen sie mehr
        | hier weiterlesen | lesen sie hier weiter | zum vollstandigen artikel
        | lire la suite | en savoir plus | lire plus | lire larticle | lire larticle complet | continuer la lecture
        | voir larticle complet | lire tout larticle
        | leer mas | seguir leyendo | sigue leyendo | continuar leyendo | leer articulo completo | leer nota completa | continua leyendo
        | leer la nota completa | leer noticia completa
        | leia mais | ler mais | continue lendo | continuar lendo | continuar a ler | saiba mais | leia a materia completa
        | leggi tutto | continua a leggere | leggi di piu | leggi larticolo completo | per saperne di piu
        | lees meer | lees verder | verder lezen | lees het hele artikel
        | devamini oku | haberin devami | devami icin tiklayin | daha fazla oku | haberin devami icin tiklayiniz
        | читать далее | читать полностью | подробнее | читать дальше | узнать больше | читать статью полностью
        | اقرأ المزيد | قراءة المزيد | المزيد | إقرأ الخبر كاملا | للمزيد | للمزيد اضغط هنا | لقراءة المزيد اضغط هنا | اضغط هنا
        | أكمل القراءة | متابعة القراءة | تابع القراءة | اقرأ الخبر كاملا | لقراءة الخبر كاملا | لمزيد من التفاصيل اضغط هنا
        | لمتابعة القراءة | للمزيد من التفاصيل اضغط هنا
        | 阅读更多 | 阅读全文 | 查看全文 | 继续阅读 | 点击阅读 | 閱讀更多 | 閱讀全文 | 点击查看
        | czytaj wiecej | czytaj dalej | przeczytaj caly artykul | dowiedz sie wiecej | और पढ़ें | पूरी खबर पढ़ें | आगे पढ़ें
        | 点击查看更多 | 打开手机客户端查看更多 | 打开客户端查看更多 | 打开app查看更多 | 点击阅读全文 | 打开app阅读全文
        | 続きを読む | 記事全文を読む | 全文を読む | もっと読む | 続きはこちら",
    ),
    (
        Times,
        "just now | yesterday | yesterday at 0 | yesterday at 0 pm | yesterday at 0 am | yesterday 0 | today at 0 | today 0
        | today at 0 am | today at 0 pm | 0 views | 0 view | views 0 | 0 reads | 0 min read | 0 minute read
        | 0 minutes read | 0 mins read | 0 min to read | 0 minutes to read | reading time 0 min | reading time 0 minutes
        | reading time 0 mins | read time 0 minutes | read time 0 mins | estimated reading time 0 minutes | 0 page views
        | gerade eben | heute 0 uhr | gestern 0 uhr | heute um 0 uhr | gestern um 0 uhr | lesezeit 0 min | lesezeit 0 minuten
        | lesedauer 0 min | lesedauer 0 minuten | 0 min lesezeit | 0 minuten lesezeit | 0 aufrufe | 0 mal gelesen
        | a linstant | temps de lecture 0 min | temps de lecture 0 minutes | 0 min de lecture | lecture 0 min | 0 vues | vues 0
        | ahora mismo | 0 min de lectura | 0 minutos de lectura | tiempo de lectura 0 min | tiempo de lectura 0 minutos
        | 0 visitas | 0 vistas | 0 lecturas | visitas 0
        | agora mesmo | 0 min de leitura | tempo de leitura 0 min | tempo de leitura 0 minutos | 0 visualizacoes | 0 leituras
        | proprio ora | un ora fa | unora fa | 0 min di lettura | tempo di lettura 0 min | tempo di lettura 0 minuti | 0 visualizzazioni | 0 letture
        | zojuist | leestijd 0 min | leestijd 0 minuten | 0 min leestijd | 0 minuten leestijd | 0 keer bekeken | 0 keer gelezen
        | az once | simdi | okuma suresi 0 dk | okuma suresi 0 dakika | 0 dk okuma suresi | 0 goruntuleme | 0 okunma
        | только что | 0 просмотров | 0 просмотра | просмотров 0 | просмотры 0 | время чтения 0 мин | время чтения 0 минут
        | الآن | 0 مشاهدة | 0 مشاهدات | مشاهدات 0 | مشاهدة 0 | عدد المشاهدات 0 | عدد الزيارات 0 | عدد القراء 0 | 0 قراءة
        | عدد القراءات 0 | 0 زيارة | زمن القراءة 0 دقائق | وقت القراءة 0 دقيقة | وقت القراءة 0 دقائق | 0 دقائق قراءة
        | 0 دقيقة قراءة
        | 刚刚 | 0 次阅读 | 阅读 0 | 阅读量 0 | 浏览 0 | 浏览量 0 | 0 次浏览 | 点击 0 | 点击量 0 | 0 阅读
        | 0 min read | 0 minute read | lesezeit 0 min | lesezeit 0 minuten | temps de lecture 0 min | temps de lecture 0 minutes
        | время чтения 0 мин | время чтения 0 минута | время чтения 0 минуты | время чтения 0 минут
        | たった今 | 0 回閲覧 | 0 ビュー | 閲覧数 0",
    ),
    (
        Advertisements,
        "advertisement | advertisements | advertisement scroll to continue | advertisement continue reading below
        | advertisement story continues below | story continues below advertisement | article continues below advertisement
        | article continues after advertisement | article continues after ad | skip advertisement | skip ad | this is an ad
        | story continues after advertisement | scroll to continue | sponsored | sponsored content | promoted content
        | promoted stories | paid content | paid post | ad feedback | close ad | report this ad | remove ads | go ad free
        | advertorial | after advertisement | content continues below | advertisement article continues below this ad
        | article continues below this ad | this advertisement has not loaded yet | ads by google | paid advertisement
        | werbung | anzeige | anzeigen | nach der werbung weiterlesen | artikel wird nach der werbung fortgesetzt | gesponsert
        | ende der werbung | werbung ende | weiterlesen nach der anzeige | nach der anzeige weiterlesen
        | publicite | annonce | contenu sponsorise | la suite apres la publicite | suite apres la publicite
        | la suite apres cette publicite | lire la suite apres la publicite | contenu partenaire
        | publicidad | contenido patrocinado | continua despues de la publicidad
        | publicidade | anuncio publicitario | conteudo patrocinado | continua apos a publicidade | continua depois da publicidade
        | pubblicita | annuncio pubblicitario | contenuto sponsorizzato | continua a leggere dopo la pubblicita
        | advertentie | gesponsord | lees verder na de advertentie | verder lezen na de advertentie
        | artikel gaat verder onder de advertentie
        | reklam | reklamlar | ilan | sponsorlu icerik | haberin devami reklamdan sonra
        | реклама | на правах рекламы | продолжение после рекламы | партнерский материал | реклама на сайте
        | إعلان | اعلانات | إعلان ممول | محتوى ممول | يستمر المقال بعد الإعلان | مساحة إعلانية | تخطي الإعلان
        | 广告 | 廣告 | 赞助内容 | 广告后继续阅读
        | reklama | tekst sponsorowany | artykul sponsorowany | विज्ञापन | प्रायोजित
        | 広告 | スポンサーリンク | スポンサード リンク | 記事は広告の後に続きます | 広告の後にも続きます",
    ),
    (
        Pleas,
        "subscribe | subscribe now | subscribe today | subscribe here
        | sign up | sign up now | sign up here | newsletter | newsletters | sign in to continue
        | donate | donate now | donate today | support us | become a member | become a subscriber | already a subscriber
        | already a member | not a subscriber | create account | create an account | create a free account | follow us
        | subscribers only | for subscribers | for subscribers only | subscriber only | premium content | exclusive content
        | get our newsletter | get our app | get the app | download our app | download the app
        | jetzt abonnieren | abonnieren | jetzt registrieren | jetzt anmelden | newsletter bestellen
        | folgen sie uns | jetzt spenden | zur app
        | abonnez vous | sabonner | inscrivez vous | je mabonne | recevoir la newsletter | suivez nous
        | deja abonne | faire un don
        | suscribete | suscribirse | suscribase | registrate | siguenos | siganos | solo para suscriptores | contenido exclusivo
        | ya eres suscriptor | recibe nuestro boletin
        | assine | assine ja | assine agora | inscreva se | siga nos | ja e assinante | assinar
        | cadastre se
        | abbonati | abbonati ora | iscriviti | seguici | sei gia abbonato
        | abonneer | abonneer nu | abonneren | schrijf je in | volg ons | word lid | meld je aan
        | abone ol | abone olun | bizi takip edin | takip et | ucretsiz abone ol
        | подписаться | подпишитесь | подписывайтесь | подписка | оформить подписку | поддержать | поддержать проект
        | подписаться на рассылку | рассылка
        | اشترك | اشترك الآن | اشترك معنا | النشرة البريدية | تابعنا | تابعونا | سجل الآن
        | تابعنا على | تابعونا على | تبرع الآن | للمشتركين فقط | حمل التطبيق | حمل تطبيقنا | تواصل معنا | اتصل بنا
        | اشترك في قناتنا | سجل مجانا
        | 订阅 | 立即订阅 | 关注我们 | 下载app | app 下载 | 下载客户端 | 扫码关注 | 扫描二维码 | 扫码下载 | 捐款 | 订阅我们的新闻通讯
        | subskrybuj | हमारे न्यूज़लेटर की सदस्यता लें | सदस्यता लें | सब्सक्राइब करें
        | हमें फॉलो करें | この記事は有料記事です
        | 購読 | 購読する | フォローする | フォロー | アプリをダウンロード | 有料記事",
    ),
    (
        Notices,
        "we use cookies | accept cookies | accept all cookies | accept all | reject all | manage preferences | manage cookies
        | cookie settings | cookie preferences | cookie policy | cookies policy | privacy policy | terms of use | terms of service
        | terms and conditions | terms conditions | all rights reserved | do not sell my personal information
        | privacy notice | privacy settings | i accept | manage consent
        | alle rechte vorbehalten | datenschutz | impressum | datenschutzerklarung | cookie einstellungen | alle akzeptieren
        | cookies akzeptieren | nutzungsbedingungen | agb
        | tous droits reserves | mentions legales | politique de confidentialite | accepter les cookies | tout accepter
        | tout refuser | conditions generales | gestion des cookies
        | todos los derechos reservados | politica de privacidad | aviso legal | aceptar cookies | aceptar todo | politica de cookies
        | aceptar todas | rechazar todo | terminos y condiciones | terminos de uso
        | todos os direitos reservados | aceitar cookies | aceitar todos | termos de uso
        | tutti i diritti riservati | informativa sulla privacy | accetta tutti | accetta i cookie | riproduzione riservata | note legali
        | alle rechten voorbehouden | privacybeleid | privacyverklaring | cookiebeleid | accepteer cookies | alles accepteren
        | tum haklari saklidir | her hakki saklidir | gizlilik politikasi | cerez politikasi | kullanim kosullari | kvkk
        | все права защищены | политика конфиденциальности | принять все | пользовательское соглашение | принять cookies
        | جميع الحقوق محفوظة | كل الحقوق محفوظة | سياسة الخصوصية | شروط الاستخدام | الشروط والأحكام | قبول الكل | سياسة ملفات الارتباط
        | 版权所有 | 保留所有权利 | 隐私政策 | 免责声明 | 转载请注明出处 | 未经授权不得转载 | 版權所有 | 用户协议 | 未经许可不得转载
        | 無断転載を禁じます | 無断転載禁止 | 利用規約 | プライバシーポリシー | 著作権について | 無断複製転載を禁じます",
    ),
];

/// Words that prove nothing, and may stand anywhere among pieces.
pub(super) static FILLERS: &str = "0 this page article story post link url more all save copy play size text a now here
    | youtube instagram tiktok threads bluesky mastodon reddit tumblr messenger wechat weibo pocket google search privacy terms
    | store views kommentar 微信 微博
    | icon button options close open live video photo photos gallery audio mail sms rss app x k m fb ok
    | diesen artikel seite mehr | cet article plus | este articulo noticia esta | questo articolo | dit artikel
    | bu haberi haber | статью новость | الخبر المقال الموضوع الصفحة هذا هذه رابط الرابط صديق خبر
    | updated published posted last modified added aktualisiert veroffentlicht publie modifie mis jour publicado actualizado
    | atualizado pubblicato aggiornato bijgewerkt gepubliceerd guncelleme обновлено опубликовано نشر تحديث اخر منذ نشرت";

/// Fillers that join others, so that no line is made of pieces if it begins with one.
pub(super) static JOINERS: &str = "on via the to and or by with at in of our your us for
    | auf per mit uns von und | sur par avec et a le | en por con y de | no em e | su di il | op met
    | и в на с | علي عبر الي من في مع و او";

/// First words of crumbs such as `Home > News > A bridge closes`.
pub(super) static CRUMBS: &str = "home | homepage | you are here | startseite | sie sind hier | accueil | vous etes ici | inicio | portada
    | home page | pagina inicial | voce esta aqui | ti trovi in | je bent hier | ana sayfa | anasayfa | главная | الرئيسية
    | الصفحة الرئيسية | أنت هنا | 首页 | 当前位置 | 您的位置 | 您当前的位置 | ホーム | トップ";

/// What stands above links to other articles. With a colon and a title after it, it is such a link.
pub(super) static HEADINGS: &str = "related | related articles | related article | related stories | related story | related news
    | related content | related posts | related topics | related links | related coverage | related reading | related internet links
    | related video | related videos | you may also like | you might also like | you may like | you might like | you may be interested in
    | you might be interested in | most read | most popular | most viewed | most shared | most commented | popular now | popular stories
    | popular posts | popular articles | trending | trending now | trending stories | top stories | top news | latest news | latest stories
    | latest articles | latest posts | recent posts | recent articles | recent stories | recent news | read also | also read | see also | more news
    | more stories | more articles | more headlines | more on this story | more on this topic | more like this | read next | up next
    | what to read next | recommended | recommended for you | recommended reading | recommended stories | recommended articles
    | editors picks | editors choice | editors pick | dont miss | must read | must reads | further reading | suggested articles | suggested reading
    | suggested for you | other stories | other news | other articles | from around the web | around the web | from the web | in other news
    | more for you | more to read | keep on reading | top headlines | more top stories | our picks | our top picks | readers also liked
    | you may have missed | in case you missed it | more to explore | similar articles | similar stories | read more stories
    | elsewhere on the web | also on this site | also of interest | featured stories | featured articles | todays top stories
    | lesen sie auch | mehr zum thema | das konnte sie auch interessieren | auch interessant | meistgelesen | meistgelesene artikel
    | verwandte artikel | ahnliche artikel | weitere artikel | weitere themen | mehr zu diesem thema | meist gelesen | lesetipps
    | passend zum thema | weitere nachrichten | zum thema | das konnte dich auch interessieren | mehr artikel | lies auch | top artikel
    | siehe auch | weiterfuhrende links | empfohlene artikel | mehr aus diesem ressort | neueste artikel | beliebte artikel
    | lire aussi | a lire aussi | voir aussi | a voir aussi | sur le meme sujet | sur le meme theme | les plus lus | articles les plus lus
    | articles similaires | vous aimerez aussi | articles lies | a lire egalement | lire egalement | dans la meme rubrique
    | a ne pas manquer | plus dinformations | notre selection | les articles les plus lus | nos derniers articles | a decouvrir
    | articles recommandes | articles recents | sur le meme sujet lire
    | te puede interesar | le puede interesar | tambien te puede interesar | quizas te interese | noticias relacionadas | lea tambien
    | lee tambien | leer tambien | lea mas | mas leidas | lo mas leido | las mas leidas | articulos relacionados | mas noticias | ver tambien | vea tambien
    | mas informacion | te recomendamos | relacionadas | relacionado | notas relacionadas | lo mas visto | no te pierdas | tambien lee
    | otras noticias | ultimas noticias | contenido relacionado | podria interesarte | recomendados | te podria interesar
    | leia tambem | veja tambem | noticias relacionadas | mais lidas | as mais lidas | artigos relacionados | voce pode gostar | mais noticias
    | voce tambem pode gostar | materias relacionadas | conteudo relacionado | relacionados | ultimas noticias | ler tambem
    | recomendado para voce | nao perca | outras noticias | leia ainda | confira tambem
    | leggi anche | articoli correlati | potrebbe interessarti | potrebbe interessarti anche | ti potrebbe interessare | i piu letti
    | ti potrebbe interessare anche | notizie correlate | vedi anche | i piu visti | piu letti | guarda anche | altre notizie
    | potrebbero interessarti | ti potrebbero interessare | articoli recenti | da non perdere | in evidenza | ultime notizie
    | lees ook | meer over dit onderwerp | gerelateerde artikelen | meest gelezen | ook interessant | bekijk ook | meer nieuws | zie ook
    | meer lezen | anderen lazen ook | best gelezen | aanbevolen | laatste nieuws | dit vind je misschien ook leuk
    | ilginizi cekebilir | bunlar da ilginizi cekebilir | ilgili haberler | benzer haberler | cok okunanlar | en cok okunanlar | diger haberler
    | sizin icin secilenler | bunlar da hosunuza gidebilir | son haberler | onerilen haberler | ayrica oku | bunlari da okuyun | bakmadan gecme
    | читайте также | смотрите также | по теме | материалы по теме | другие новости | самое читаемое | популярное | еще по теме
    | вам может быть интересно | похожие новости | похожие статьи | читать также | главное за день | последние новости | рекомендуем
    | новости по теме | самое популярное | вам также может понравиться | больше новостей | статьи по теме
    | اقرأ أيضا | اقرأ ايضاً | اقرئي أيضا | إقرا ايضا | شاهد أيضا | مواضيع ذات صلة | أخبار ذات صلة | مقالات ذات صلة | موضوعات ذات صلة
    | الأكثر قراءة | الأكثر مشاهدة | قد يعجبك أيضا | قد يهمك أيضا | قد يهمك | ذات صلة | المزيد من الأخبار | أخبار أخرى | مواضيع متعلقة
    | طالع أيضا | انظر أيضا | يمكنك أيضا قراءة | مقالات مشابهة | أخبار متعلقة | الأكثر شعبية | اخترنا لك | قد تعجبك هذه المواضيع
    | آخر الأخبار | موضوعات متعلقة | اقرأ في الموقع | يهمك أيضا | تابع أيضا | مقالات أخرى | أحدث الأخبار | الاكثر تداولا
    | czytaj takze | czytaj tez | czytaj rowniez | przeczytaj takze | przeczytaj rowniez | zobacz takze | zobacz tez | zobacz rowniez
    | powiazane artykuly | podobne artykuly | polecane artykuly | najczesciej czytane
    | ayrica okuyun | sunu da okuyun
    | यह भी पढ़ें | ये भी पढ़ें | इसे भी पढ़ें | और खबरें | संबंधित खबरें | अन्य खबरें | ताज़ा खबरें
    | 相关阅读 | 相关新闻 | 相关文章 | 相关报道 | 延伸阅读 | 热门文章 | 热门新闻 | 推荐阅读 | 猜你喜欢 | 更多新闻 | 最新文章 | 相關新聞 | 相關文章
    | 延伸閱讀 | 相關閱讀 | 你可能也喜欢 | 更多阅读 | 往期推荐 | 为您推荐 | 相关链接 | 相关推荐 | 阅读排行 | 點閱排行 | 推薦閱讀
    | 関連記事 | 関連ニュース | あわせて読みたい | こちらもおすすめ | おすすめ記事 | 人気記事 | 最新記事 | 関連リンク | 関連情報 | 関連する記事
    | アクセスランキング | おすすめ | 人気の記事 | 関連キーワード | 注目の記事 | あなたにおすすめ";

/// Like headings with a colon, but no heading by themselves: `READ MORE: Bridge closes`.
pub(super) static LABELS: &[(Group, &str)] = &[
    (
        ReadMore,
        "read more | read | watch | listen | more | weiterlesen | mehr dazu | mehr lesen | lesen sie mehr | hintergrund lesen | lire la suite
        | lire | leer mas | leia mais | leia | leggi | leggi di piu | lees meer | lees | devamini oku | читать | читайте
        | подробнее | اقرأ | اقرأ المزيد | شاهد | للمزيد | 阅读 | 阅读更多 | 続きを読む | read on | read more about | read more on | read more in
        | read the full story | read the full report | read our | watch now | watch live | listen now | must watch",
    ),
    (
        Navigation,
        "tags | filed under | posted in | topics | schlagworte | themen | etiquetas | mots cles | etichette | etiketler | теги
        | وسوم | الوسوم | كلمات دليلية | الكلمات الدلالية | الكلمات المفتاحية | 标签 | 关键词 | タグ",
    ),
    (
        Pleas,
        "contact the newsroom | contact the author | contact the reporter | contact the writer | contact the editor | contact us
        | email the author | email the reporter | email us | contact | newsletter | kontakt | contacto | contatto | contatti
        | للتواصل | للتواصل مع الكاتب | تواصل مع الكاتب | follow us on | follow us | find us on",
    ),
];

/// What a line that begins in a certain way has to look like to be furniture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// Nobody is quoted.
    Addressed,
    /// A name follows: a capital, a few words, no full stop.
    Named,
}

/// Lines by how they begin.
pub(super) struct Opening {
    pub(super) group: Group,
    /// How they begin; phrases between `|`.
    pub(super) begins: &'static str,
    /// One of these follows somewhere; `@` is an address. Empty: nothing is asked for.
    pub(super) and: &'static str,
    pub(super) shape: Shape,
    pub(super) most_chars: usize,
}

const fn opening(
    group: Group,
    shape: Shape,
    most_chars: usize,
    begins: &'static str,
    and: &'static str,
) -> Opening {
    Opening { group, begins, and, shape, most_chars }
}

use Shape::{Addressed, Any, Named};

pub(super) static OPENINGS: &[Opening] = &[
    // What feeds add. A title may be long.
    opening(
        ReadMore,
        Any,
        400,
        "the post | the article | der beitrag | der artikel | larticle | cet article | la entrada | el articulo | o post | a postagem
        | larticolo | het bericht | запись | сообщение",
        "appeared first on | was first published on | erschien zuerst auf | erschien zuerst bei | est apparu en premier sur | est apparu en premier dans
        | aparece primero en | se publico primero en | apareceu primeiro em | proviene da | e apparso per primo su | sembra essere il primo su
        | verscheen eerst op | появилась сначала на | появились сначала на",
    ),
    opening(ReadMore, Addressed, 140, "click here to | click here for | tap here to | to read more click | to read the full", ""),
    opening(
        ReadMore,
        Addressed,
        120,
        "click on | hier klicken | klicken sie | cliquez | haga clic | haz clic | clique | clicca | klik | нажмите | اضغط | لقراءة | 点击",
        "here | link | below | hier | ici | aqui | qui | сюда | чтобы | هنا | 这里 | image to enlarge | image",
    ),
    opening(Related, Named, 80, "more from | more by | more in | more on | more stories from | more news from | more stories by | latest from
        | mehr von | mehr aus | mehr uber | mas de | mais de | altro da | meer van | meer over | mas sobre | mais sobre | plus sur
        | еще от | المزيد من | المزيد عن", ""),
    opening(Pleas, Addressed, 220, "subscribe | subscribe to", "our | now | today | here | free | channel | podcast | digital"),
    opening(Pleas, Addressed, 220, "sign up | signup | register", "our | alerts | briefing | for free | here
        | to continue | to read"),
    opening(Pleas, Addressed, 220, "get | receive | enjoy | never miss | dont miss | stay | keep up | like what | want more | want to | love | join
        | for more | for the latest | help us | start your day", "our newsletter | our newsletters | newsletter | your inbox | our app | our free app
        | our mobile app | our daily | our weekly | our whatsapp | our telegram | our channel | our community | push notifications
        | email alerts | follow us | subscribe | sign up | our website | download our | our youtube | our facebook | support us
        | delivered to | our coverage | our journalism | become a member"),
    opening(Pleas, Addressed, 160, "download", "our app | our free app | app today | app now | app here | app for free | app from | free app | app to get
        | app for the latest | apps today | our mobile app | app on"),
    opening(Pleas, Addressed, 200, "support | donate | please support | please donate | please consider | help support | make a donation | give today
        | contribute", "our journalism | independent journalism | quality journalism | local journalism | our work | our newsroom | donate
        | donate to | donation | now | today | support us | us"),
    opening(Pleas, Addressed, 140, "follow | follow us | like us | find us | join us | connect with us | watch us | follow our", "on facebook | on twitter
        | on x | on instagram | on telegram | on whatsapp | on youtube | on linkedin | on tiktok | on google news | on social media
        | on threads | on bluesky | on our | on flipboard"),
    opening(Pleas, Addressed, 200, "have you got a | do you have a | do you have information | do you have an | got a story | got a tip | got a news | have a story
        | have a tip | have a news | know something | do you know more | if you have a | are you affected | have you been affected
        | have you seen | share your", "@ | email us | contact us | call us | let us know | get in touch | tell us | write to us | email | send us
        | our newsroom"),
    opening(Pleas, Addressed, 100, "contact | email | e mail | write to | please contact | please email | follow", "@"),
    opening(Pleas, Addressed, 200, "you have reached your | you have read | you have 0 free | you have been reading | already a subscriber | already have an account
        | not a subscriber | dont have an account | to continue reading | this article is for subscribers | this content is for subscribers
        | this article is available to subscribers | this article is exclusive to | this is a premium | log in to read | log in to continue
        | sign in to read | sign in to continue | please log in | please sign in | please subscribe | create a free account | create an account to
        | register to | register for free | start your free trial | unlock this | enjoying this | thank you for reading | thanks for reading
        | log in or | sign in or | your subscription | cancel anytime | join the discussion | be part of the conversation | your email address will not be published
        | required fields are marked | notify me of | get unlimited | this video is unavailable | please enable javascript | you need to enable javascript
        | javascript is", ""),
    opening(Notices, Addressed, 400, "this website | this site | our website | our site | we use | we and our | we value | by continuing | by clicking | by using
        | by signing | by subscribing | by entering | by submitting | by accepting | by registering | to provide | if you continue", "cookie | cookies
        | terms | privacy policy | your privacy | you agree | you accept | you consent"),
    opening(Notices, Any, 300, "this material may not be | no part of this | reproduction in whole | unauthorized reproduction
        | unauthorised reproduction | this content may not be | this article may not be | any reproduction | reproduction of this | redistribution of", "
        | published | reproduced | redistributed | prohibited | permission | forbidden"),
    opening(Notices, Addressed, 90, "copyright 0 | copyright c | copyright by | copyrights 0", "0"),
    // German.
    opening(Pleas, Addressed, 220, "abonnieren sie | abonniere | melden sie sich | jetzt den | jetzt unseren | folgen sie | folge | laden sie | unterstutzen sie
        | erhalten sie | bestellen sie | verpassen sie | sie haben einen hinweis | haben sie hinweise | registrieren sie sich | testen sie",
        "unseren newsletter | newsletter | unsere app | uns auf | uns bei | unseren | unsere | unserem | kostenlos an | unabhangigen journalismus | @"),
    opening(Notices, Addressed, 400, "wir verwenden | wir nutzen | wir setzen | diese website | diese webseite | unsere website | diese seite | durch die nutzung
        | mit der nutzung | um ihnen", "cookie | cookies | datenschutz | einverstanden"),
    // What stands in place of an embedded post until the reader agrees.
    opening(Notices, Addressed, 600, "an dieser stelle | hier finden sie | um eingebettete | um diesen inhalt | um diese inhalte | ich bin damit einverstanden
        | dieser inhalt | diese inhalte | externer inhalt | externe inhalte | empfohlener | zum anzeigen | wir benotigen ihre | mit klick | mit einem klick
        | ein klick fur", "externen inhalt | externer inhalt | externe inhalte | eingebettete inhalte anzuzeigen | redaktioneller inhalt | einwilligung in die
        | personenbezogene daten | drittplattformen | drittanbieter | drittanbietern | ihre zustimmung | den datenschutz | inhalte angezeigt"),
    opening(Notices, Addressed, 600, "this content is hosted | this content is provided | this content could | this article contains content
        | this embed | to view this content | to see this content | to display this content | to show you this | we need your consent | allow x content
        | allow instagram content | allow facebook content | allow youtube content | allow google youtube | warning the", "third party | consent | cookies
        | privacy settings | privacy policy | personal data | accept and continue | your permission"),
    opening(Notices, Addressed, 600, "ce contenu | pour afficher ce contenu | pour voir ce contenu | en cliquant sur | este contenido | para ver este contenido
        | este conteudo | per visualizzare questo | questo contenuto | om deze inhoud | deze inhoud | deze content | aby wyswietlic", "cookies | consentement
        | tiers | votre accord | consentimiento | terceros | consentimento | consenso | terze parti | toestemming | derden | zgode"),
    // French.
    opening(Pleas, Addressed, 220, "abonnez vous | inscrivez vous | recevez | suivez nous | suivez | telechargez | soutenez | faites un don | rejoignez
        | ne manquez | vous avez une information | vous souhaitez reagir", "notre newsletter | nos newsletters | newsletter | notre lettre | notre application
        | lapplication | sur facebook | sur twitter | sur x | sur instagram | sur whatsapp | sur telegram | notre chaine | la presse independante
        | le journalisme independant | notre redaction | gratuitement | a partir de | notre journal | @"),
    opening(Notices, Addressed, 400, "nous utilisons | ce site | notre site | en poursuivant | en continuant | en cliquant | ce site web", "cookie | cookies
        | vous acceptez | traceurs"),
    // Spanish and Portuguese.
    opening(Pleas, Addressed, 220, "suscribete | suscribase | registrate | recibe | reciba | siguenos | siga nos | siganos | sigue a | descarga | descargue | apoya
        | dona | haz una donacion | unete | inscreva se | assine | receba | baixe | acompanhe | apoie | doe | cadastre se | entre no
        | participe | tienes una historia | clique aqui", "nuestro boletin | nuestra newsletter | newsletter | boletin | nuestra app | nuestra aplicacion | nuestro canal
        | en facebook | en twitter | en x | en instagram | en whatsapp | en telegram | periodismo independiente | google news | nossa newsletter
        | nosso canal | nosso app | nosso aplicativo | no facebook | no twitter | no x | no instagram | no whatsapp | no telegram | nosso grupo
        | jornalismo independente | gratis | nuestro | nuestros | nossas | nosso | nossa | seu e mail | tu correo | @"),
    opening(Notices, Addressed, 400, "utilizamos | usamos | este sitio | nuestro sitio | este site | nosso site | al continuar | ao continuar | si continua
        | este sitio web", "cookie | cookies | acepta | aceptas | concorda | politica de privacidad"),
    // Italian and Dutch.
    opening(Pleas, Addressed, 220, "iscriviti | abbonati | seguici | segui | ricevi | scarica | sostieni | unisciti | hai una segnalazione | schrijf je | meld je
        | abonneer je | volg ons | download de | steun | ontvang | heb je een tip | word lid", "nostra newsletter | newsletter | nostro canale | nostra app | su facebook
        | su twitter | su x | su instagram | su whatsapp | su telegram | su google news | giornalismo indipendente | gratis | onze nieuwsbrief
        | nieuwsbrief | onze app | op facebook | op twitter | op x | op instagram | onafhankelijke journalistiek | ons | @"),
    opening(Notices, Addressed, 400, "utilizziamo | usiamo | questo sito | il nostro sito | continuando | proseguendo | wij gebruiken | we gebruiken | deze website
        | deze site | onze website | door verder", "cookie | cookies | accetti | akkoord"),
    // Turkish and Russian.
    opening(Pleas, Addressed, 220, "bultenimize | bultenine | bizi | gazeteciligi | uygulamamizi | haberlerimizi | whatsapp kanalimiza | telegram kanalimiza",
        "abone | takip | indirin | destekleyin | katilin | kaydolun"),
    opening(Notices, Addressed, 400, "bu site | bu web sitesi | sitemizde | web sitemizde | sitemizi", "cerez | cerezler | cerezleri | cerezlerin | cookie"),
    opening(Pleas, Addressed, 220, "подпишитесь | подписывайтесь | подпишись | читайте нас | следите за | скачайте | скачивайте | поддержите | получайте
        | присоединяйтесь | оформите | есть новость | сообщите", "рассылку | нашу рассылку | наш | наши | нас | telegram | телеграм | вконтакте | приложение | журналистику
        | подписку | новостями | канал | @"),
    opening(Notices, Addressed, 400, "мы используем | этот сайт | наш сайт | на сайте используются | продолжая", "cookie | cookies | куки | соглашаетесь"),
    // Arabic.
    opening(Pleas, Addressed, 220, "اشترك | اشتركوا | تابعنا | تابعونا | تابع | سجل | حمل | حملوا | انضم | انضموا | ادعم | ادعموا | تبرع | للتواصل | لمتابعة | للاشتراك
        | احصل على | هل لديك", "النشرة | نشرتنا | البريدية | على تويتر | على فيسبوك | على فيس بوك | على واتساب | على تليجرام | على تلغرام | على انستغرام | على اكس
        | على غوغل | على جوجل | تطبيق | تطبيقنا | قناتنا | صفحتنا | الصحافة المستقلة | مع الكاتب | sms | على يوتيوب | الآن | مجانا | @"),
    opening(Notices, Addressed, 400, "يستخدم هذا الموقع | نستخدم | هذا الموقع | موقعنا | باستخدامك | باستمرارك | نحن نستخدم | بمتابعتك | يستخدم موقعنا", "الارتباط | الكوكيز
        | الخصوصية | cookies | كوكيز"),
    opening(Notices, Any, 160, "جميع الحقوق محفوظة | كل الحقوق محفوظة | حقوق النشر | الحقوق محفوظة", ""),
    opening(Notices, Any, 160, "alle rechte vorbehalten | tous droits reserves | todos los derechos reservados | todos os direitos reservados
        | tutti i diritti riservati | riproduzione riservata | alle rechten voorbehouden | tum haklari saklidir | все права защищены | all rights reserved
        | 版权所有 | 版權所有 | reproduction interdite | toute reproduction | prohibida su reproduccion | prohibida la reproduccion | перепечатка", ""),
];

/// How notices of copyright end, whatever they begin with; at most so many characters.
pub(super) static CLOSINGS: &str = "all rights reserved | alle rechte vorbehalten | tous droits reserves | todos los derechos reservados
    | todos os direitos reservados | tutti i diritti riservati | riproduzione riservata | alle rechten voorbehouden | tum haklari saklidir
    | her hakki saklidir | все права защищены | جميع الحقوق محفوظة | كل الحقوق محفوظة";

/// Verbs and words of reported speech. A line with one of them tells something and is no plea.
pub(super) static SPEECH: &str = "said says saying told tells asked asks urged urges added adds wrote writes announced announces reported reports
    | warned warns according claimed claims explained officials police minister ministry spokesman spokeswoman spokesperson he she his her
    | was were would had
    | sagte sagt erklarte teilte laut forderte rief warnte er wurde wurden
    | declare dit selon affirme explique annonce il elle etait
    | dijo dice segun afirmo explico anuncio declaro disse diz segundo afirmou explicou ele ela foi
    | detto dice secondo spiegato dichiarato ha
    | zei zegt volgens verklaarde hij werd
    | dedi soyledi acikladi belirtti gore
    | сказал сказала заявил заявила сообщил сообщила сообщает словам был была
    | قال قالت أكد أكدت أضاف أضافت أوضح صرح أعلن أعلنت أشار وقال وأضاف وأكد كان كانت";

/// Relative times: every form with every unit, `%` being the unit.
pub(super) static AGES: &[(&str, &str)] = &[
    (
        "0 % ago | a % ago | an % ago | one % ago | about 0 % ago | over 0 % ago",
        "second seconds sec secs s minute minutes min mins hour hours hr hrs day days week weeks month months year years yr yrs h m d w mo",
    ),
    ("0 %", "hr hrs h d w mo"),
    (
        "vor 0 % | vor einer % | vor einem %",
        "sekunde sekunden minute minuten min stunde stunden std tag tagen woche wochen monat monaten jahr jahren",
    ),
    (
        "il y a 0 % | il y a une % | il y a un %",
        "seconde secondes minute minutes min heure heures h jour jours semaine semaines mois an ans annee",
    ),
    (
        "hace 0 % | hace un % | hace una % | ha 0 % | ha um % | ha uma % | 0 % atras | um % atras | uma % atras",
        "segundo segundos minuto minutos min hora horas h dia dias semana semanas mes meses ano anos",
    ),
    (
        "0 % fa | un % fa | una % fa",
        "secondo secondi minuto minuti min ora ore giorno giorni settimana settimane mese mesi anno anni",
    ),
    (
        "0 % geleden | een % geleden",
        "seconden minuut minuten min uur dag dagen week weken maand maanden jaar",
    ),
    ("0 % once | bir % once", "saniye dakika dk saat gun hafta ay yil"),
    (
        "0 % назад | % назад",
        "секунд секунды минут минуты минуту мин час часа часов день дня дней неделю недели недель месяц месяца месяцев год года лет",
    ),
    (
        "منذ 0 % | منذ % | قبل 0 % | قبل %",
        "ثانية ثواني ثوان دقيقة دقيقتين دقائق ساعة ساعتين ساعات يوم يومين أيام أسبوع أسبوعين أسابيع شهر شهرين أشهر شهور سنة سنتين سنوات عام عامين أعوام",
    ),
    (
        "0 % temu",
        "sekund sekundy minut minuty min godzin godziny godzine dni dzien tygodni tygodnie miesiecy miesiace lat lata",
    ),
    ("0 % पहले", "सेकंड मिनट घंटे घंटा दिन हफ्ते सप्ताह महीने साल"),
    ("0 %", "秒前 分钟前 小时前 天前 周前 个月前 年前 分鐘前 小時前 分前 時間前 日前 週間前 か月前 ヶ月前"),
];
