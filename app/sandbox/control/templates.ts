import { z } from 'zod';
import { keysOf, type StoredKey } from '../templateStore';
import { appid, ControlError, route } from './route';
import { count, templateId } from './shapes';
import { appOf } from './who';

const title = z.string().max(64).meta({ description: 'Title', examples: ['Order'] });
const longTerm = z.boolean().meta({ description: 'Whether one grant serves any number of messages', examples: [false] });

const Template = z.strictObject({
  templateId,
  keys: z.array(z.string().max(64)).optional().meta({ description: 'The keys of its data; none: any. Or give content', examples: [['thing1', 'time2']] }),
  content: z.string().max(2_000).optional().meta({ description: 'The same with what the phone writes before each value, as WeChat lists it', examples: ['Goods: {{thing1.DATA}}\nWhen: {{time2.DATA}}'] }),
  title: title.default(''),
  longTerm: longTerm.default(false),
  values: z.record(z.string().max(64), z.array(z.string().max(200)).max(200)).default({})
    .meta({ description: 'By key: the values that it takes', examples: [{ phrase3: ['paid', 'sent'] }] }),
}).meta({ examples: [{ templateId: 'hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68', keys: ['thing1', 'time2'] }] });

/** Once an app has templates, others are answered 40037, and data of a subscription message must have exactly the keys given here (none given: any). */
const Templates = z.strictObject({ appid: appid.optional(), templates: z.array(Template).max(1_000).meta({ description: 'All that the app has' }) });

const KnownTemplates = z.object({
  templates: z.array(z.object({
    templateId, title, longTerm,
    keys: z.array(z.object({
      key: z.string().meta({ description: 'Of its data', examples: ['thing1'] }),
      name: z.string().meta({ description: 'What the phone writes before the value; empty: nobody has said', examples: ['Goods'] }),
    })).meta({ description: 'Its fields' }),
  })).meta({ description: 'The oldest first' }),
});

export const templateRoutes = [
  route('POST', '/templates', { en: 'Says which templates an app has, with their keys', zh: '设置应用有哪些模板及其字段' }, { input: Templates, data: z.object({ count }) }, (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    world.templates.set(app.appid, input.templates.map(({ values, ...template }) => ({
      templateId: template.templateId, title: template.title, longTerm: template.longTerm,
      keys: fieldsOf(template).map(field => ({ ...field, ...(Object.hasOwn(values, field.key) ? { values: values[field.key] } : {}) })),
    })));
    return { count: input.templates.length };
  }),

  route('GET', '/templates', { en: 'The templates of an app', zh: '列出应用的模板' }, { input: z.strictObject({ appid: appid.optional() }), data: KnownTemplates }, (world, input) => ({
    templates: world.templates.list(appOf(world, input.appid, 'miniprogram').appid).map(template => ({
      templateId: template.templateId, title: template.title, longTerm: template.longTerm, keys: template.keys.map(({ key, name }) => ({ key, name })),
    })),
  })),
];

function fieldsOf({ keys, content }: Pick<z.output<typeof Template>, 'keys' | 'content'>): StoredKey[] {
  if (keys && content !== undefined) throw new ControlError('INVALID_ARGUMENT', 'Give either keys or content.');
  return content === undefined ? (keys ?? []).map(key => ({ key, name: '' })) : keysOf(content);
}
