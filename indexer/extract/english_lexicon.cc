#include "indexer/extract/english_lexicon.h"

#include <algorithm>
#include <string>

#include "protos/vocab/string_map.h"

namespace factline::extract {
namespace {

struct Row {
  EnglishClass is;
  std::string_view words;  // parted by blanks; _ is a blank inside a word
};

constexpr Row kRows[] = {
    {EnglishClass::kStop,
     "a an the this that these those it its he she they we you i his her their our my your him them us me who what "
     "which when where while why how if and or but nor so yet as at by for from in into of on onto to with without "
     "within about above across after against along among around before behind below beneath beside between beyond "
     "despite down during except inside like near off out outside over past per since through throughout toward under "
     "until up upon via is are was were be been being am has have had having do does did done will would can could may "
     "might shall should must not no yes all any both each every few many more most much none other others several "
     "some such only own same than too very also just still even however meanwhile moreover although though because "
     "then there here now later earlier once again another one two three four five six seven eight nine ten first "
     "second third last next new old according founded based established separately instead overall total shares "
     "sales revenue profit profits earnings output exports imports prices demand supply trade investors analysts "
     "officials police people workers customers experts scientists researchers reporters work construction plans "
     "talks data figures production trains consumer electricity net operating annual average core gross real world "
     "passengers visitors students trading orders deliveries chief"},
    {EnglishClass::kFirstName,
     "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark "
     "donald steven paul andrew joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob gary "
     "nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond "
     "patrick "
     "jack dennis jerry tyler aaron jose henry adam douglas nathan peter zachary kyle walter harold jeremy ethan carl "
     "keith roger gerald christian terry sean arthur austin noah lawrence jesse joe bryan billy jordan albert dylan "
     "bruce willie gabriel alan juan logan wayne ralph roy eugene randy vincent russell louis philip bobby johnny "
     "bradley simon martin oliver hugo victor leo felix oscar max ivan igor sergei dmitri vladimir nikolai mikhail "
     "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley "
     "kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia dorothy "
     "kathleen "
     "amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine debra rachel carolyn janet "
     "catherine maria heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn "
     "judith "
     "megan andrea cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice jean abigail "
     "alice julia judy sophia grace denise amber doris marilyn danielle beverly isabella theresa diana natalie "
     "brittany "
     "charlotte marie kayla alexis lori clara claire eva elena ingrid astrid greta sofia lucia nina irina olga natasha "
     "tatiana johan jan lars erik sven anders nils olaf bjorn henrik mika matti juha tomas jens klaus hans jurgen "
     "wolfgang dieter stefan andreas markus tobias uwe pierre francois jacques michel claude philippe antoine luc "
     "marco luca giovanni giuseppe paolo mario antonio carlos luis miguel javier pedro pablo diego jorge fernando "
     "ricardo manuel rafael alejandro joao paulo eduardo ahmed mohammed muhammad mohamed ali omar hassan hussein "
     "ibrahim yusuf khalid fatima aisha layla amina rashid tariq raj rajesh sanjay vijay anil sunil ravi amit priya "
     "anita sunita deepak arun kumar lakshmi meera indira hiroshi kenji takashi yuki akira satoshi haruto yoko keiko "
     "naoko kenzo shinzo taro min-jun ji-hoon wei fang jing yan ying xin hong ming jun lei tao bin wang li zhang liu "
     "chen yang huang zhao wu zhou xu sun ma zhu hu guo lin he gao liang zheng luo song xie tang han cao deng feng "
     "kwame kofi ama nelson thabo sipho chinua ngozi amara grace abena daniel harriet pierre margarita dimitri georgi "
     "owen esi marta jana ines miriam leif tor faruk esther ruben gustav birgit petra katarina ivana milena zuzana "
     "eliska katerina lenka hana tereza ondrej tomasz pawel krzysztof agnieszka magda ewa zofia beata laszlo ildiko "
     "andras rosa lola pilar dolores mercedes consuelo beatriz adriana mariana valentina camila lucas mateo santiago "
     "rodrigo hector raul ramon enrique felipe gonzalo ignacio alvaro sergio emilio esteban ernesto guillermo rocio "
     "paloma chloe lea manon camille juliette margot elise celine sylvie veronique thierry olivier benoit guillaume "
     "mathieu giulia chiara francesca silvia roberto stefano alessandro matteo lorenzo davide enzo ulrike heike sabine "
     "monika jurgen gunther lothar ludwig friedrich johannes matthias sebastian torsten freja solveig kirsten mette "
     "karin lena maja ebba linnea oskar gunnar magnus henning soren jesper mads rasmus ayse mehmet mustafa emre elif "
     "zeynep murat kemal tayyip leyla dariush reza farah nasser salim karim bilal tamer nadia samira yasmin hala rania "
     "amal abdullah abdel khaled samir chidi emeka femi tunde adaeze yemi oluwaseun kofi akua yaw kwesi wanjiru kamau "
     "otieno achieng njeri moses isaac joshua elijah caleb ezra silas akiko haruka sakura kenta daisuke makoto ryo "
     "shota aiko mei ling ping ting xiaoming jiahui weiwei minh anh thanh nguyen siti budi agus dewi putri nur aminah "
     "rizal somchai stuart graham nigel clive trevor derek ian neil craig gavin duncan fraser angus callum hamish "
     "alistair rory fiona gillian heather moira una siobhan niamh aoife sinead ciaran liam declan padraig eoin ella "
     "mia ava lily zoe lucy ruby freya poppy daisy edith florence beatrice phoebe harriet imogen tessa derrick curtis "
     "marcus malcolm jerome tyrone darnell andre reginald clarence leonard howard stanley norman boris yuri pavel "
     "jakub petr zoltan laszlo istvan gabor mihai ion radu nikola marko milan dragan goran"},
    {EnglishClass::kPlace,
     "afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahamas bahrain "
     "bangladesh barbados belarus belgium belize benin bhutan bolivia bosnia botswana brazil brunei bulgaria burundi "
     "cambodia cameroon canada chad chile china colombia congo croatia cuba cyprus czechia denmark djibouti dominica "
     "ecuador egypt eritrea estonia eswatini ethiopia fiji finland france gabon gambia georgia germany ghana greece "
     "grenada guatemala guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland israel italy "
     "jamaica japan jordan kazakhstan kenya kiribati kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia "
     "libya "
     "liechtenstein lithuania luxembourg madagascar malawi malaysia maldives mali malta mauritania mauritius mexico "
     "micronesia moldova monaco mongolia montenegro morocco mozambique myanmar namibia nauru nepal netherlands "
     "new_zealand nicaragua niger nigeria north_korea north_macedonia norway oman pakistan palau palestine panama "
     "papua_new_guinea paraguay peru philippines poland portugal qatar romania russia rwanda samoa san_marino "
     "saudi_arabia senegal serbia seychelles sierra_leone singapore slovakia slovenia somalia south_africa south_korea "
     "south_sudan spain sri_lanka sudan suriname sweden switzerland syria taiwan tajikistan tanzania thailand togo "
     "tonga trinidad tunisia turkey turkmenistan tuvalu uganda ukraine united_arab_emirates united_kingdom "
     "united_states uruguay uzbekistan vanuatu vatican venezuela vietnam yemen zambia zimbabwe britain england "
     "scotland "
     "wales northern_ireland hong_kong macau macao greenland puerto_rico ivory_coast czech_republic costa_rica "
     "el_salvador dominican_republic european_union america crimea catalonia bavaria siberia "
     "alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii idaho illinois indiana "
     "iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana "
     "nebraska nevada new_hampshire new_jersey new_mexico new_york north_carolina north_dakota ohio oklahoma oregon "
     "pennsylvania rhode_island south_carolina south_dakota tennessee texas utah vermont virginia washington "
     "west_virginia wisconsin wyoming ontario quebec british_columbia alberta manitoba nova_scotia queensland victoria "
     "new_south_wales tasmania "
     "beijing shanghai tianjin chongqing guangzhou shenzhen chengdu wuhan hangzhou nanjing xian suzhou qingdao dalian "
     "xiamen changsha zhengzhou jinan shenyang harbin kunming hefei fuzhou ningbo mianyang sichuan guangdong jiangsu "
     "zhejiang shandong henan hubei hunan fujian anhui liaoning jilin heilongjiang hebei shanxi shaanxi gansu qinghai "
     "yunnan guizhou guangxi hainan xinjiang tibet inner_mongolia taipei kaohsiung lhasa urumqi "
     "tokyo osaka kyoto nagoya yokohama sapporo fukuoka seoul busan incheon pyongyang ulaanbaatar bangkok hanoi "
     "ho_chi_minh_city manila jakarta kuala_lumpur phnom_penh vientiane yangon dhaka delhi new_delhi mumbai bangalore "
     "bengaluru chennai kolkata hyderabad pune ahmedabad karachi lahore islamabad kabul tehran baghdad damascus beirut "
     "amman jerusalem tel_aviv riyadh jeddah dubai abu_dhabi doha muscat kuwait_city ankara istanbul izmir "
     "moscow saint_petersburg st_petersburg kyiv kiev odesa minsk warsaw krakow gdansk prague brno budapest vienna "
     "bucharest sofia varna belgrade zagreb ljubljana sarajevo athens thessaloniki rome milan naples turin venice "
     "florence madrid barcelona valencia seville bilbao lisbon porto paris lyon marseille toulouse nice bordeaux "
     "strasbourg lille nantes brussels antwerp ghent amsterdam rotterdam the_hague utrecht eindhoven berlin hamburg "
     "munich frankfurt cologne stuttgart dusseldorf leipzig dresden hanover nuremberg bremen zurich geneva basel bern "
     "lausanne copenhagen aarhus stockholm gothenburg malmo oslo bergen trondheim stavanger helsinki tampere espoo "
     "tallinn riga vilnius reykjavik dublin cork limerick galway belfast london manchester birmingham leeds glasgow "
     "edinburgh liverpool bristol sheffield newcastle nottingham cardiff oxford cambridge southampton leicester "
     "cairo alexandria tripoli tunis algiers casablanca rabat marrakesh dakar accra lagos abuja nairobi mombasa "
     "kampala "
     "kigali addis_ababa khartoum dar_es_salaam lusaka harare luanda kinshasa johannesburg cape_town durban pretoria "
     "maputo windhoek gaborone abidjan "
     "new_york_city los_angeles chicago houston phoenix philadelphia san_antonio san_diego dallas san_jose austin "
     "jacksonville fort_worth columbus charlotte san_francisco indianapolis seattle denver boston nashville detroit "
     "oklahoma_city portland las_vegas memphis louisville baltimore milwaukee albuquerque tucson fresno sacramento "
     "kansas_city atlanta omaha colorado_springs raleigh miami minneapolis tampa new_orleans cleveland pittsburgh "
     "cincinnati st_louis orlando buffalo salt_lake_city honolulu anchorage silicon_valley washington_dc palo_alto "
     "toronto montreal vancouver ottawa calgary edmonton winnipeg halifax mexico_city guadalajara monterrey havana "
     "panama_city bogota medellin quito lima la_paz santiago buenos_aires cordoba montevideo asuncion caracas brasilia "
     "sao_paulo rio_de_janeiro salvador recife fortaleza sydney melbourne brisbane perth adelaide canberra hobart "
     "auckland wellington christchurch us uk uae usa"},
    {EnglishClass::kTitleHead,
     "president chairman chairwoman chairperson chair director minister secretary governor mayor spokesman "
     "spokeswoman spokesperson professor founder cofounder co-founder manager analyst economist senator ambassador "
     "commissioner ceo cfo cto coo executive officer chancellor premier dean rector principal superintendent treasurer "
     "partner head leader editor counsel envoy strategist dr mr mrs ms prof sir king queen prince princess pope judge "
     "captain general colonel admiral sheriff prosecutor attorney bishop archbishop cardinal inspector sergeant "
     "lieutenant major trustee regulator"},
    {EnglishClass::kTitleModifier,
     "chief executive deputy vice senior managing general acting assistant associate prime foreign finance financial "
     "operating technology technical marketing defense defence interior energy transport health education trade "
     "environment agriculture justice regional national non-executive interim honorary medical science scientific "
     "research sales press co founding"},
    {EnglishClass::kOrgEnding,
     "inc corp corporation ltd limited llc plc co company gmbh ag sa nv bv ab as oy asa spa srl pte pty sas lp llp se"},
    {EnglishClass::kOrgHead,
     "university college institute school academy hospital ministry department bank agency authority association "
     "foundation council commission committee office bureau center centre party union league federation organization "
     "organisation group holdings capital partners ventures motors airlines airways energy power pharma "
     "pharmaceuticals technologies technology systems semiconductor semiconductors electronics books news post times "
     "dynamics labs laboratory laboratories industries solutions networks media studios software automotive "
     "aerospace insurance financial securities investments management consulting logistics shipping foods brands "
     "retail "
     "stores chemicals materials mining petroleum oil gas steel telecom communications entertainment records press "
     "court parliament senate congress police army navy society trust fund exchange museum orchestra reserve treasury "
     "radio television statistics air rail railways biosciences biotech therapeutics robotics instruments works "
     "chamber service services administration board club united textiles lines line shipyard shipyards yards trading "
     "steelworks breweries distillery farms properties estates homes ferries motorworks watch forum alliance "
     "initiative"},
    {EnglishClass::kOrgKind,
     "company companies firm start-up startup startups retailer maker carmaker automaker drugmaker chipmaker airline "
     "carrier lender bank builder developer publisher supplier producer manufacturer utility rival operator "
     "broadcaster "
     "group university institute agency ministry authority association foundation organization organisation club union "
     "federation council commission committee party hospital school college laboratory lab bureau consultancy fund "
     "insurer brewer miner refiner exporter importer employer trader body watchdog charity regulator think-tank lab "
     "shipbuilder subsidiary unit business giant"},
    {EnglishClass::kAwardHead, "prize award awards medal trophy fellowship laureate"},
    {EnglishClass::kEventHead,
     "olympics games cup forum summit expo exposition conference festival championship championships congress fair "
     "exhibition convention marathon open symposium"},
    {EnglishClass::kFacHead,
     "airport bridge stadium park tower station port terminal hall square plaza dam tunnel highway road street avenue "
     "building palace cathedral church mosque temple arena factory plant"},
    {EnglishClass::kLocHead,
     "river lake sea ocean island islands mountain mountains mount valley desert bay gulf peninsula strait canal basin "
     "coast forest plateau"},
    {EnglishClass::kRegion,
     "europe asia africa oceania antarctica arctic eurasia scandinavia balkans caucasus sahara sahel polynesia "
     "middle_east latin_america south_america north_america central_america central_asia southeast_asia south_asia "
     "east_asia eastern_europe western_europe west_africa east_africa north_africa southern_africa caribbean atlantic "
     "pacific mediterranean baltic himalayas alps andes amazon"},
    {EnglishClass::kWorkKind, "journal novel film album book movie documentary opera play song magazine"},
    {EnglishClass::kAcronym,
     "ceo cfo cto coo gdp ai it tv id pr hr pm am gmt est usd eur gbp cny ipo esg lng lpg suv ev evs dna rna hiv "
     "cpi ppi vat gps lcd led pdf faq dr mr mrs ms"},
    {EnglishClass::kSpeech, "said says told tells added announced stated noted"},
    {EnglishClass::kVerb,
     "is are was were be has have had will would can could may might shall should must rose rises rise fell falls fall "
     "grew grows grow climbed jumped surged soared gained increased increases increase dropped declined decreased "
     "slipped slid shrank plunged tumbled sank lost reached reaches totaled totalled hit stood stands employs employed "
     "employ costs cost weighs weighed weigh handles handled carried carries carry sold sells sell produced produces "
     "produce raised raises raise invested invests invest spent spends spend kept keeps keep measures measured "
     "ordered orders order cut cuts created creates create added adds add saved saves save bought buys buy paid pays "
     "pay "
     "earned earns earn reported reports report posted posts post recorded expects expected expect forecast forecasts "
     "plans planned aims wants agreed runs run covers covered cover spans stretches serves served serve attracted "
     "attracts drew includes included accounted accounts averaged ranged doubled tripled remained stayed won built "
     "builds build opened opens operates operated operate owns owned holds held gave gives put takes took killed "
     "injured slowed slow cutting saving raising bringing reaching creating making costing generating worth burn burns "
     "makes make made sees see saw sent send sends survived lasted approved recorded lifts lift beat puts stretched "
     "absorbed processed treated vaccinated trained hosted seats seated houses contains contain contained uses used "
     "use consumes consumed emits emitted accepted rejected lays lay laid fired dismissed pledged promised offered "
     "donated awarded granted borrowed lent owes owed imported exported shipped flew drove walked swam tripled showed "
     "shows show "
     "acquired acquires acquire exceeded topped lifted trimmed released secured received supplies delivered installed "
     "planted"},
    {EnglishClass::kFinance,
     "revenue revenues sales profit profits loss losses earnings income turnover output production exports imports "
     "orders deliveries margin margins debt assets cash dividend shares capacity"},
    {EnglishClass::kDemonym,
     "american british english scottish welsh irish french german italian spanish portuguese dutch belgian swiss "
     "austrian danish swedish norwegian finnish icelandic polish czech slovak hungarian romanian bulgarian greek "
     "turkish russian ukrainian chinese japanese korean vietnamese thai indian pakistani indonesian malaysian "
     "singaporean australian canadian mexican brazilian argentine chilean african asian european ugandan kenyan "
     "nigerian egyptian israeli saudi iranian iraqi bangladeshi filipino"},
    {EnglishClass::kPersonKind,
     "engineer novelist chemist physicist scientist researcher biologist economist writer author actor actress singer "
     "artist composer director architect lawyer doctor entrepreneur businessman businesswoman investor journalist "
     "teacher farmer resident student activist philosopher historian poet inventor colleague astronaut"},
};

}  // namespace

uint32_t EnglishClasses(std::string_view word) {
  static const auto* const classes = [] {
    auto* const map = new StringMap<uint32_t>();
    for (const Row& row : kRows) {
      std::string_view words = row.words;
      while (!words.empty()) {
        const size_t end = std::min(words.find(' '), words.size());
        std::string one(words.substr(0, end));
        for (char& c : one) c = c == '_' ? ' ' : c;
        (*map)[one] |= static_cast<uint32_t>(row.is);
        words.remove_prefix(std::min(end + 1, words.size()));
      }
    }
    return map;
  }();
  const auto it = classes->find(word);
  return it == classes->end() ? 0 : it->second;
}

}  // namespace factline::extract
