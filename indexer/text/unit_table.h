#ifndef FACTLINE_INDEXER_TEXT_UNIT_TABLE_H_
#define FACTLINE_INDEXER_TEXT_UNIT_TABLE_H_

#include <string_view>

// The units that the value parser knows, in normal form (small letters, simplified). Words of one row are parted by
// blanks. Only this table need change for a new unit.
namespace factline::text {

struct CurrencyRow {
  std::string_view code;
  std::u32string_view names;     // after the number
  std::u32string_view prefixes;  // before it
};

inline constexpr CurrencyRow kCurrencies[] = {
    {"CNY", U"元人民币 人民币元 人民币 元 块钱 yuan rmb cny", U"人民币 rmb cn¥ ¥ cny"},
    {"USD", U"美元 美金 美刀 dollars dollar usd", U"us$ $ usd"},
    {"HKD", U"港元 港币 港幣 hkd", U"hk$ hkd"},
    {"EUR", U"欧元 euros euro eur", U"€ eur"},
    {"GBP", U"英镑 pounds gbp", U"£ gbp"},
    {"JPY", U"日元 日圆 円 yen jpy", U"jp¥ jpy"},
    {"KRW", U"韩元 韩圆 韩币 krw", U"₩ krw"},
    {"TWD", U"新台币元 新台币 台币 twd", U"nt$ 新台币 twd"},
    {"MOP", U"澳门元 澳门币 澳币", U"mop$"},
    {"AUD", U"澳元 澳大利亚元 aud", U"a$ aud"},
    {"CAD", U"加元 加拿大元 cad", U"c$ cad"},
    {"SGD", U"新加坡元 新元 sgd", U"s$ sgd"},
    {"CHF", U"瑞士法郎 瑞郎 chf", U"chf"},
    {"RUB", U"卢布 rub", U"₽ rub"},
    {"INR", U"印度卢比 卢比 rupees inr", U"₹ inr"},
    {"THB", U"泰铢 baht thb", U"thb"},
    {"BDT", U"taka bdt", U"bdt"},
    {"MYR", U"林吉特 ringgit myr", U"myr"},
    {"ZAR", U"兰特 rand zar", U"zar"},
    {"NGN", U"naira ngn", U"ngn"},
    {"PLN", U"兹罗提 zloty zlotys pln", U"pln"},
    {"SEK", U"瑞典克朗 kronor krona sek", U"sek"},
    {"IDR", U"印尼盾 rupiah idr", U"idr"},
    {"VND", U"越南盾 dong vnd", U"vnd"},
    {"BRL", U"雷亚尔 reais brl", U"r$ brl"},
    {"TRY", U"土耳其里拉 lira", U"₺"},
    // Several countries' money has these names: which one it is, the text does not say.
    {"kroner", U"克朗 kroner krone", U""},
    {"pesos", U"比索 pesos peso", U""},
    {"francs", U"法郎 francs franc", U""},
    {"shillings", U"先令 shillings", U""},
    {"dinars", U"第纳尔 dinars", U""},
    {"dirhams", U"迪拉姆 dirhams", U""},
};

inline constexpr std::u32string_view kMeasures =
    // length, area, volume
    U"公里 千米 米 分米 厘米 毫米 微米 纳米 海里 英里 英尺 英寸 里 丈 尺 寸 延米 光年 "
    U"平方公里 平方千米 平方米 平方分米 平方厘米 平方毫米 平米 公顷 亩 顷 立方米 立方厘米 立方 升 毫升 微升 桶 加仑 方 "
    // mass
    U"吨 公吨 公斤 千克 克 毫克 微克 斤 盎司 磅 克拉 标准煤 吨标准煤 "
    // time
    U"年 个月 周年 周 个星期 星期 天 小时 个小时 钟头 个钟头 分钟 秒钟 秒 毫秒 微秒 纳秒 季度 个季度 个世纪 个年头 "
    U"年头 载 个工作日 个交易日 交易日 个自然日 自然日 "
    U"工作日 昼夜 "
    // energy, electricity, force
    U"千瓦时 兆瓦时 吉瓦时 太瓦时 瓦时 度电 度 千瓦 兆瓦 吉瓦 瓦 千伏安 千伏 毫伏 伏特 伏 毫安时 安时 毫安 千焦 兆焦 "
    U"焦耳 焦 马力 "
    U"千卡 大卡 卡路里 摄氏度 华氏度 牛顿 牛米 牛 千牛 兆帕 千帕 百帕 帕 赫兹 千赫 兆赫 吉赫 分贝 流明 "
    // information, ratios
    U"字节 比特 像素 倍 个基点 基点 转";

inline constexpr std::u32string_view kClassifiers =
    U"人 名 位 家 个 项 件 台 辆 架 艘 套 座 栋 幢 条 种 只 头 匹 棵 株 支 张 片 块 幅 部 本 篇 份 枚 粒 颗 次 场 户 "
    U"户次 "
    U"人次 例 起 处 所 间 层 组 批 类 款 门 岁 票 步 车次 架次 班次 列 节 箱 标箱 标准箱 航次 班 桩 册 盏 口 道 宗 笔 "
    U"趟 圈 "
    U"台次 件次 单 局 站 村 户家庭 台套 台(套) 台/套 家次 对 双 排 盘 盒 瓶 袋 包 碗 杯 束 顶 副 根 把 扇 面 员 胎 尾 "
    U"羽 "
    U"吨级 分 席 股 手 字 页 行 轮 课时 学时 学分 床 张床位 个床位";

// Written with Latin letters; they end where no letter follows.
inline constexpr std::u32string_view kLatinMeasures =
    U"km cm mm μm um nm km2 km3 m2 m3 cm2 cm3 mm2 mm3 dm3 hm2 kg mg μg ug mt kt kwh kw·h kw.h kw mwh gwh twh wh mw gw "
    U"kv mv kva "
    U"mva mah ah hz khz mhz ghz thz gb tb pb mb kb gbps mbps kbps tops tflops pflops eflops mpa gpa kpa hpa pa kn kj "
    U"mj gj "
    U"kcal kpc ml μl ul dl db dba ppm ppb rpm mol mmol °c °f mph teu dwt bpd tce nm3 kbit mbit gbit fps dpi ev kev mev "
    U"kilometers kilometres kilometer kilometre meters metres meter metre centimeters millimeters miles mile feet "
    U"inches "
    U"tons tonnes ton tonne kilograms kilogram grams pounds hectares acres square-kilometers hours hour minutes minute "
    U"seconds years months weeks days megawatts gigawatts kilowatts mw·h gw·h";

// Counted things in English texts.
inline constexpr std::u32string_view kLatinClassifiers =
    U"people employees workers companies vehicles units cars aircraft jobs projects countries students patients cases "
    U"customers users stores barrels plants factories shops schools hospitals hotels homes buses trucks trains ships "
    U"members doctors nurses engineers researchers scientists teachers staff residents passengers visitors shares beds "
    U"buildings apartments flights routes turbines cities towns villages provinces states offices branches outlets "
    U"restaurants rooms seats books households families farmers delegates participants exhibitors locations sites "
    U"panels batteries satellites launches patents samples ports bridges stations clinics";

// One letter: only in this very case, right after an Arabic number. 5G and 3D are names, 5A a grade.
inline constexpr std::string_view kLatinSingles = "mgtLlWVhs";

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_UNIT_TABLE_H_
