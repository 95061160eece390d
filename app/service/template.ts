import { Service } from 'egg';
import { subscriptionTemplateSchema, type SubscriptionTemplate } from '../lib/wechat/subscriptionTemplate';

/** Templates of subscription messages, as administrators have entered them. */
export default class TemplateService extends Service {
  /** @return the template; null when it is not known, or not entered properly */
  async find(appid: string, templateId: string): Promise<SubscriptionTemplate | null> {
    const stored = await this.ctx.model.Template.findOne({ _id: templateId, appid }).lean();
    if (!stored) return null;
    const result = subscriptionTemplateSchema.safeParse(stored);
    if (result.success) return result.data;
    const [{ path, message }] = result.error.issues;
    this.app.logger.warn('The template %s is not used: %s %s', templateId, path.join('.'), message);
    return null;
  }
}
