/** Events that a rule can answer, in WeChat's own words. */
export const EVENTS = ['subscribe', 'unsubscribe', 'SCAN', 'CLICK', 'VIEW', 'user_enter_tempsession'] as const;
/** Kinds of message that a person sends. */
export const TYPES = ['text', 'image', 'voice', 'video', 'location', 'link', 'miniprogrampage', 'event'] as const;
