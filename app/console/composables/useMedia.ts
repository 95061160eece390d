import { onUnmounted, ref, type Ref } from 'vue';

/** Whether the window matches a media query, followed as long as the component is there. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const media = matchMedia(query);
  const fits = ref(media.matches);
  const look = () => { fits.value = media.matches; };
  media.addEventListener('change', look);
  onUnmounted(() => media.removeEventListener('change', look));
  return fits;
}
