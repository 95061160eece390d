import { presentAuditLine } from '../../presenter/console';
import type * as schema from '../../schema/console/audit';
import type { Handler } from '../../schema/route';

/** Lists the audit log. */
export const listAudit: Handler<typeof schema.listAudit> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.audit.list(query);
  return { items: items.map(presentAuditLine), next };
};
