import { Service } from 'egg';
import { AppError } from '../../lib/errors';
import { inParallel } from '../../lib/async/inParallel';
import { textParts } from '../../lib/wechat/outgoing/textParts';
import { isWellFormed } from '../../lib/input/wellFormed';
import { worst, type Verdict } from '../../lib/wechat/contentVerdict';
import { checkText, type CheckedText } from '../../lib/wechat/endpoints/security';

export interface TextRequest extends CheckedText {
  /** The default mini-program when left out */
  appid?: string;
}

/** The verdict on a text, with WeChat's id of the check of each of its parts. */
export interface TextVerdict extends Verdict {
  traceIds: string[];
}

/** Most characters that WeChat takes at once. */
const PART = 2_500;
/** Characters that are repeated from part to part: more than any phrase that has to be found across a cut. */
const OVERLAP = 100;
/** Parts of one text that are checked at the same time. */
const AT_ONCE = 4;

/** Checks of texts by WeChat. None is stored. */
export default class TextSecurityService extends Service {
  /**
   * Checks a text, in parts where it is long: the worst verdict counts.
   * @throws {AppError} NOT_FOUND of the app; RATE_LIMITED when all processes together have made this minute's checks
   * @throws {WechatError} 61010 when the person has not used the mini-program for two hours: no retry helps
   */
  async check({ appid, content, title, nickname, ...who }: TextRequest): Promise<TextVerdict> {
    const { app } = this;
    for (const [field, text] of Object.entries({ content, title, nickname })) {
      if (text !== undefined && !isWellFormed(text)) throw new AppError('INVALID_ARGUMENT', { key: 'brokenText', params: { field } });
    }
    const wechatApp = app.wechatApps.require('miniprogram', appid);
    const parts = textParts(content, PART, OVERLAP);
    await app.textChecks.require(wechatApp.appid, parts.length);
    const verdicts: Array<Awaited<ReturnType<typeof checkText>>> = [];
    await inParallel([...parts.keys()], AT_ONCE, async index => {
      // A text in one part is checked once.
      const text = { ...who, content: parts[index], ...(index === 0 ? { title, nickname } : {}) };
      verdicts[index] = await app.accessTokens.with(wechatApp, token => checkText(app.wechatClient, token, text));
    });
    return { ...worst(verdicts), traceIds: verdicts.flatMap(({ traceId }) => traceId ?? []) };
  }
}
