import { z } from 'zod';
import { verifyUserSig } from '../../lib/im/userSig';
import { callBack, deliverMessage } from '../wechat/imCallback';
import type { SandboxIm, World } from '../world';
import { ControlError, route } from './route';

const userId = z.string().min(1).max(32);
const platform = z.enum(['RESTAPI', 'Web', 'Android', 'iOS']).default('Web');
const time = z.int().nonnegative();

/** A userSig is checked when it is given. */
const Login = z.strictObject({
  userId, userSig: z.string().max(4_096).optional(), reason: z.enum(['Register']).default('Register'), eventTime: time.optional(),
  callback: z.boolean().default(true), platform,
});
const Logout = z.strictObject({
  userId, reason: z.enum(['Unregister', 'LinkClose', 'TimeOut']).default('Unregister'), eventTime: time.optional(),
  callback: z.boolean().default(true), platform,
});
const State = z.strictObject({ userId, state: z.enum(['Online', 'PushOnline', 'Offline']) });
const Message = z.strictObject({
  from: userId, to: userId, text: z.string().max(8_000).optional(), body: z.array(z.looseObject({ MsgType: z.string() })).optional(),
  cloudCustomData: z.string().max(8_000).optional(), platform,
});

export const imRoutes = [
  route('POST', '/im/login', 'Brings an IM user online', Login, (world, input) => {
    checkUserSig(world, input.userId, input.userSig);
    return change(world, input, 'Login');
  }),

  route('POST', '/im/logout', 'Takes an IM user offline', Logout, (world, input) =>
    change(world, input, input.reason === 'Unregister' ? 'Logout' : 'Disconnect')),

  route('POST', '/im/state', 'Sets an IM user\'s state without a callback', State, (world, input) => {
    requireIm(world);
    world.imAccounts.setState(input.userId, input.state);
    return input;
  }),

  route('POST', '/im/message', 'A message from one IM user to another, with its callbacks', Message, async (world, input) => {
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
): Promise<object> {
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
