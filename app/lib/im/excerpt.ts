const LONGEST = 200;

/** The words for an element without text, as in WeChat's own list of chats. */
const WORDS = new Map(Object.entries({
  TIMImageElem: '[图片]',
  TIMSoundElem: '[语音]',
  TIMVideoFileElem: '[视频]',
  TIMFileElem: '[文件]',
  TIMFaceElem: '[表情]',
  TIMLocationElem: '[位置]',
  TIMRelayElem: '[聊天记录]',
}));
const OTHER = '[消息]';

interface Element {
  MsgType: string;
  MsgContent?: Record<string, unknown>;
}

/**
 * A message's text, on one line and shortened; never empty.
 * @see https://trtc.io/document/33527
 */
export function excerpt(body: readonly Element[]): string {
  const said = body.slice(0, 20).map(element => textOf(element) ?? WORDS.get(element.MsgType) ?? OTHER).join('');
  return Array.from(said).slice(0, LONGEST).join('') || OTHER;
}

/** Whether a message holds custom elements only: clients send signals such as "typing" that way. */
export function isSignal(body: readonly Element[]): boolean {
  return body.every(({ MsgType }) => MsgType === 'TIMCustomElem');
}

function textOf({ MsgType, MsgContent }: Element): string | undefined {
  const text = MsgType === 'TIMTextElem' ? MsgContent?.Text : MsgType === 'TIMCustomElem' ? MsgContent?.Desc : undefined;
  if (typeof text !== 'string') return undefined;
  return text.slice(0, LONGEST * 10).replace(/[\p{Cc}\s]+/gu, ' ').trim() || undefined;
}
