import { z } from 'zod';
import { verifyUserSig } from '../../lib/im/userSig';
import { callBack, deliverMessage } from '../wechat/imCallback';
import type { SandboxIm, World } from '../world';
import { ControlError, route } from './route';
import { callback } from './shapes';

const userId = z.string().min(1).max(32).meta({ description: 'IM user id', examples: ['eve'] });
const platform = z.enum(['RESTAPI', 'Web', 'Android', 'iOS']).default('Web').meta({ description: 'OptPlatform of the callback', examples: ['Web'] });
const eventTime = z.int().nonnegative().optional().meta({ description: 'EventTime of the callback, in milliseconds since 1970; now when left out', examples: [1769851800000] });
const callsBack = z.boolean().default(true).meta({ description: 'Whether IM calls the server', examples: [true] });

/** A userSig is checked when it is given. */
const Login = z.strictObject({
  userId,
  userSig: z.string().max(4_096).optional().meta({ description: 'What the client logs in with', examples: ['eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwoZQweKU7MSCgswUJStDEwMDA1NzI0MLiExqRUFmUSpQ3NTU1MjAwAAiWpKZCxIztLC0NLc0NjWCmpKZDjQ'] }),
  reason: z.enum(['Register']).default('Register').meta({ description: 'Reason of the callback', examples: ['Register'] }),
  eventTime,
  callback: callsBack,
  platform,
});
const Logout = z.strictObject({
  userId,
  reason: z.enum(['Unregister', 'LinkClose', 'TimeOut']).default('Unregister').meta({ description: 'Reason of the callback', examples: ['TimeOut'] }),
  eventTime,
  callback: callsBack,
  platform,
});
const state = z.enum(['Online', 'PushOnline', 'Offline']).meta({ description: 'Whether the user is there', examples: ['Online'] });
const State = z.strictObject({ userId, state });
const Message = z.strictObject({
  from: userId.meta({ description: 'Who writes', examples: ['bob'] }),
  to: userId.meta({ description: 'Who is written to' }),
  text: z.string().max(8_000).optional().meta({ description: 'A text; or give body', examples: ['Are you there?'] }),
  body: z.array(z.looseObject({ MsgType: z.string().meta({ description: 'What kind of element', examples: ['TIMFaceElem'] }) })).optional()
    .meta({ description: 'MsgBody, in IM\'s own JSON; or give text', examples: [[{ MsgType: 'TIMFaceElem', MsgContent: { Index: 1 } }]] }),
  cloudCustomData: z.string().max(8_000).optional().meta({ description: 'CloudCustomData', examples: ['{"order":4711}'] }),
  platform,
}).meta({ examples: [{ from: 'bob', to: 'eve', text: 'Are you there?' }] });

const Changed = State.extend({ callback: callback.optional().meta({ description: 'The call of the server' }) });
const Delivered = z.object({
  delivered: z.boolean().meta({ description: 'Whether the server has let it pass', examples: [true] }),
  callbacks: z.array(callback).meta({ description: 'The calls of the server: before, and after' }),
});

export const imRoutes = [
  route('POST', '/im/login', { en: 'Brings an IM user online', zh: '让 IM 用户上线' }, { input: Login, data: Changed }, (world, input) => {
    checkUserSig(world, input.userId, input.userSig);
    return change(world, input, 'Login');
  }),

  route('POST', '/im/logout', { en: 'Takes an IM user offline', zh: '让 IM 用户下线' }, { input: Logout, data: Changed }, (world, input) =>
    change(world, input, input.reason === 'Unregister' ? 'Logout' : 'Disconnect')),

  route('POST', '/im/state', { en: 'Sets an IM user\'s state without a callback', zh: '设置 IM 用户状态，不触发回调' }, { input: State, data: State }, (world, input) => {
    requireIm(world);
    world.imAccounts.setState(input.userId, input.state);
    return input;
  }),

  route('POST', '/im/message', { en: 'A message from one IM user to another, with its callbacks', zh: 'IM 用户之间发消息，并触发回调' }, { input: Message, data: Delivered }, async (world, input) => {
    requireIm(world);
    if ((input.text === undefined) === (input.body === undefined)) throw new ControlError('INVALID_ARGUMENT', 'Give either text or body.');
    world.imAccounts.import(input.from);
    world.imAccounts.import(input.to);
    const body = input.body ?? [{ MsgType: 'TIMTextElem', MsgContent: { Text: input.text } }];
    return deliverMessage(world, { from: input.from, to: input.to, body, cloudCustomData: input.cloudCustomData }, input.platform).callbacks;
  }),
];

/** https://trtc.io/document/34358 */
async function change(
  world: World, input: z.output<typeof Login> | z.output<typeof Logout>, Action: 'Login' | 'Logout' | 'Disconnect',
): Promise<z.input<typeof Changed>> {
  requireIm(world);
  const state = Action === 'Login' ? 'Online' : 'Offline';
  world.imAccounts.setState(input.userId, state);
  if (!input.callback) return { userId: input.userId, state };
  const event = { EventTime: input.eventTime ?? Date.now(), Info: { Action, To_Account: input.userId, Reason: input.reason } };
  return { userId: input.userId, state, callback: await callBack(world, 'State.StateChange', event, input.platform) };
}

function checkUserSig(world: World, id: string, userSig: string | undefined): void {
  const { sdkAppId, secretKey } = requireIm(world);
  if (userSig === undefined) return;
  const verdict = verifyUserSig({ sdkAppId, secretKey, userId: id, userSig, now: world.now() });
  if (verdict !== 'ok') throw new ControlError('INVALID_ARGUMENT', `IM does not accept this userSig: ${verdict}.`);
}

function requireIm(world: World): SandboxIm {
  if (!world.im) throw new ControlError('NOT_FOUND', 'The sandbox was started without an IM application.');
  return world.im;
}
