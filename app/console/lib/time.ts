import { language, t } from '../i18n';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** To the second, with the viewer's zone. */
export function exact(time: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(time));
}

/** Day and minute, in the viewer's zone; the year only when it is another. */
export function shortTime(time: string, finer: Intl.DateTimeFormatOptions = {}): string {
  const date = new Date(time);
  const sameYear = date.getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(language(), { ...(sameYear ? {} : { year: 'numeric' }), month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false, ...finer }).format(date);
}

/** As `shortTime`, with the second: of what follows one another quickly. */
export function toTheSecond(time: string): string {
  return shortTime(time, { second: '2-digit' });
}

/** A sentence of the server, with its times as the viewer reads them. */
export function withTimes(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, time => shortTime(time));
}

/** `14:05` today; else day and minute. */
export function clockTime(time: string): string {
  const date = new Date(time);
  if (date.toDateString() !== new Date().toDateString()) return shortTime(time);
  return new Intl.DateTimeFormat(language(), { hour: '2-digit', minute: '2-digit', hour12: false }).format(date);
}

/** How long ago, or how far ahead; the day when it is more than a week. */
export function relative(time: string, now: number): string {
  const ahead = new Date(time).getTime() - now;
  const away = Math.abs(ahead);
  if (away < MINUTE && ahead <= 0) return t('time.now');
  if (away > 7 * DAY) return shortTime(time);
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'short' });
  if (away < HOUR) return format.format(Math.round(ahead / MINUTE), 'minute');
  if (away < DAY) return format.format(Math.round(ahead / HOUR), 'hour');
  return format.format(Math.round(ahead / DAY), 'day');
}

/** What is left until then: `2 h 13 min`. */
export function timeLeft(time: string, now: number): string {
  const minutes = Math.max(0, Math.floor((new Date(time).getTime() - now) / MINUTE));
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  return h > 0 ? t('time.hoursMinutes', { h, m }) : t('time.minutes', { m });
}

/** A number as the language writes it. */
export function number(n: number): string {
  return new Intl.NumberFormat(language()).format(n);
}
