/**
 * The types that code in CUSTOM_DIR may import from `weapp-hub`. Everything else is on `app.hub` and `ctx`. See
 * docs/custom.md.
 */
export type { ErrorName } from '../../app/lib/errors';
export type { EventData, EventType, HubEvent } from '../../app/lib/events/event';
export type { Listener } from '../../app/lib/events/listeners';
export type { BeforeSendMsgHook, BeforeSendMsgVerdict } from '../../app/lib/im/beforeSendMsg';
export type { SessionDocument } from '../../app/model/session';
