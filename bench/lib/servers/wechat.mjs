import { Agent, request } from 'node:http';

const { BENCH_WECHAT, BENCH_APPID, BENCH_SECRET } = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
let token;

/**
 * Sends a message: node:http with keep-alive.
 * @param {string} path of WeChat's API
 * @param {object} message in that call's form
 * @throws {Error} when WeChat refuses it
 */
export async function sendMessage(path, message) {
  token ??= post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid: BENCH_APPID, secret: BENCH_SECRET });
  const { access_token: accessToken } = await token;
  await post(`${path}?access_token=${accessToken}`, message);
}

function post(path, body) {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(`${BENCH_WECHAT}${path}`, {
      method: 'POST', agent, timeout: 8000, headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) },
    }, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const answer = JSON.parse(Buffer.concat(chunks).toString());
        if (answer.errcode) reject(new Error(`WeChat answered ${answer.errcode} ${answer.errmsg}`));
        else resolve(answer);
      });
    });
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error('WeChat does not answer')));
    sent.end(text);
  });
}
