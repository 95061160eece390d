import { onUnmounted } from 'vue';
import { useEvents, type EventData } from '../stores/events';

/** Listens to the server's events as long as the component is there; `again` when the stream was away. */
export function useEvent<N extends keyof EventData>(names: ReadonlyArray<N | 'again'>, listener: (data: EventData[N]) => void): void {
  const events = useEvents();
  const ends = names.map(name => events.on(name, listener));
  onUnmounted(() => ends.forEach(end => end()));
}
