/** A keyword: a field that a template may have. */
interface Keyword { kid: number; name: string; rule: string; example: string; values?: string[] }

/** A title of the library. */
export interface Title { tid: number; title: string; type: 2 | 3; categoryId: string; keywords: Keyword[] }

/** What the simulated apps are. */
export const CATEGORIES = [{ id: 2, name: '商家自营' }, { id: 616, name: '教育' }];

const ORDER = (tid: number, title: string): Title => ({
  tid, title, type: 2, categoryId: '2',
  keywords: [
    { kid: 1, name: '订单编号', rule: 'character_string', example: '202601010001' },
    { kid: 2, name: '商品名称', rule: 'thing', example: '春季新款外套' },
    { kid: 3, name: '订单金额', rule: 'amount', example: '128.00元' },
    { kid: 4, name: '更新时间', rule: 'time', example: '2026年1月1日 12:00' },
    { kid: 5, name: '订单状态', rule: 'phrase', example: '已发货' },
    { kid: 6, name: '配送方式', rule: 'enum_string', example: '快递', values: ['快递', '自提', '同城配送'] },
  ],
});

/** A small part of what the real library has. */
export const LIBRARY: readonly Title[] = [
  ...['订单发货通知', '订单支付成功通知', '订单状态更新提醒', '退款成功通知', '取货提醒', '订单评价提醒'].map((title, index) => ORDER(401 + index, title)),
  {
    tid: 5001, title: '上课提醒', type: 2, categoryId: '616',
    keywords: [
      { kid: 1, name: '课程名称', rule: 'thing', example: '高等数学' },
      { kid: 2, name: '上课时间', rule: 'date', example: '2026年1月1日 09:00' },
      { kid: 3, name: '老师', rule: 'name', example: '王老师' },
    ],
  },
  {
    tid: 5002, title: '停课通知', type: 3, categoryId: '616',
    keywords: [{ kid: 1, name: '课程名称', rule: 'thing', example: '高等数学' }, { kid: 2, name: '停课日期', rule: 'date', example: '2026年1月1日' }],
  },
];

/** The templates of template messages that an official account has at first. */
export const OFFICIAL_TEMPLATES: ReadonlyArray<{ templateId: string; title: string; keys: Array<{ key: string; name: string }> }> = [
  {
    templateId: 'sandbox-template-order-shipped', title: '订单发货提醒',
    keys: [{ key: 'character_string1', name: '订单编号' }, { key: 'thing2', name: '商品名称' }, { key: 'time3', name: '发货时间' }],
  },
  { templateId: 'sandbox-template-booking', title: '预约成功通知', keys: [{ key: 'thing1', name: '预约项目' }, { key: 'date2', name: '预约时间' }, { key: 'phone_number3', name: '联系电话' }] },
];

/** Cards, which have no keywords to choose, have ids of these. */
export function isCard(tid: number): boolean {
  return tid >= 10_000_001 && tid <= 19_999_999;
}
