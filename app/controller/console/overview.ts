import { inLanguage } from '../../lib/diagnosis/check';
import { presentCounters, presentProblem } from '../../presenter/console/overview';
import type * as schema from '../../schema/console/overview';
import type { Handler } from '../../schema/route';

/** Shows the overview. */
export const overview: Handler<typeof schema.overview> = async (ctx, { query }) => {
  const { overview: service } = ctx.service.console;
  const [counters, health, problems] = await Promise.all([service.counters(query.range), service.health(), service.problems()]);
  const language = ctx.languageOfAnswer();
  return { ...presentCounters(counters), health: inLanguage(health, language), problems: problems.map(problem => presentProblem(problem, language)) };
};
