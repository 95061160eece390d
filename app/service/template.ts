import { Service } from 'egg';
import { explainIssues, withoutWords } from '../lib/input/explain';
import { render } from '../lib/language/message';
import { subscriptionTemplateSchema, type SubscriptionTemplate } from '../lib/wechat/subscriptionTemplate';

/** Templates of subscription messages, as administrators have entered them. */
export default class TemplateService extends Service {
  /** @return the template; null when it is not known, or not entered properly */
  async find(appid: string, templateId: string): Promise<SubscriptionTemplate | null> {
    const stored = await this.ctx.model.Template.findOne({ _id: templateId, appid }).lean();
    if (!stored) return null;
    const result = subscriptionTemplateSchema.safeParse(stored, withoutWords);
    if (result.success) return result.data;
    const why = render(explainIssues(result.error.issues, { schema: subscriptionTemplateSchema, value: stored, part: 'template' }), 'en');
    this.logger.warn('The template %s is not used: %s', templateId, why);
    return null;
  }
}
