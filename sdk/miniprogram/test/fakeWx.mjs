/**
 * Most simultaneous requests of WeChat; others wait:
 * https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html
 */
const AT_ONCE = 10;

/** `wx` as a mini-program sees it: real HTTP requests, ten at once, and a storage that keeps copies. */
export class FakeWx {
  language = 'zh_CN';
  /** The calls that were made: `wx.login`, or `<method> <path>`. */
  calls = [];
  /** The person's choice for each template. */
  choices = {};
  /** Makes the storage fail, as it does when it is full. */
  storageFull = false;
  #code;
  #kept = new Map();
  #running = 0;
  #waiting = [];

  /** @param {() => Promise<string>} code returns a code of wx.login; rejects when WeChat fails */
  constructor(code) {
    this.#code = code;
  }

  login({ success, fail }) {
    this.calls.push('wx.login');
    this.#code().then(code => success({ errMsg: 'login:ok', code }), error => fail({ errMsg: error.message }));
  }

  request(options) {
    this.calls.push(`${options.method} ${new URL(options.url).pathname}`);
    void this.#turn(async () => {
      let answer;
      try {
        answer = await send(options);
      } catch (error) {
        return options.fail(failureOf(error));
      }
      options.success(answer);
    });
  }

  requestSubscribeMessage({ tmplIds, success, fail }) {
    if (tmplIds.length === 0 || tmplIds.length > 5) return fail({ errMsg: 'requestSubscribeMessage:fail tmplIds length error', errCode: 10003 });
    success({ errMsg: 'requestSubscribeMessage:ok', ...Object.fromEntries(tmplIds.map(id => [id, this.choices[id] ?? 'reject'])) });
  }

  getAppBaseInfo() {
    return { language: this.language };
  }

  getStorageSync(key) {
    return this.#kept.has(key) ? JSON.parse(this.#kept.get(key)) : '';
  }

  setStorageSync(key, value) {
    if (this.storageFull) throw new Error('setStorage:fail exceed storage max size 10Mb');
    this.#kept.set(key, JSON.stringify(value));
  }

  removeStorageSync(key) {
    this.#kept.delete(key);
  }

  count(call) {
    return this.calls.filter(made => made === call).length;
  }

  async #turn(work) {
    if (this.#running >= AT_ONCE) await new Promise(go => this.#waiting.push(go));
    this.#running++;
    try {
      await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}

/** WeChat parses JSON unless `dataType` says otherwise. */
async function send({ url, method, header, data, timeout = 60_000, dataType = 'json' }) {
  const answer = await fetch(url, { method, headers: header, body: data, signal: AbortSignal.timeout(timeout) });
  const text = await answer.text();
  return { statusCode: answer.status, data: dataType === 'json' ? parsed(text) : text, header: Object.fromEntries(answer.headers) };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function failureOf(error) {
  return error.name === 'TimeoutError' ? { errMsg: 'request:fail timeout', errno: 5 } : { errMsg: 'request:fail ', errno: 600001 };
}
