import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';

interface Page<I> { items: I[]; next: string | null }
export interface List<I> {
  items: Ref<I[]>;
  /** Nothing has come yet: the place is held by a skeleton */
  first: Ref<boolean>;
  loading: Ref<boolean>;
  error: ShallowRef<unknown>;
  more: Ref<boolean>;
  loadMore: () => Promise<void>;
  reload: () => Promise<void>;
}

/**
 * A list that is read page by page. It begins anew when the filters change; what was shown stays until the new rows are
 * there, so that nothing jumps.
 * @param fetchPage one page from a cursor on
 * @param filters what the list depends on
 */
export function useList<I>(fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<I>>, filters: () => unknown): List<I> {
  const items = ref([]) as Ref<I[]>;
  const next = ref<string | null>(null);
  const first = ref(true);
  const loading = ref(false);
  const more = ref(false);
  const error = shallowRef<unknown>(null);
  let controller = new AbortController();

  async function load(cursor: string | undefined): Promise<void> {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    loading.value = true;
    error.value = null;
    try {
      const page = await fetchPage(cursor, signal);
      items.value = cursor === undefined ? page.items : [...items.value, ...page.items];
      next.value = page.next;
      more.value = page.next !== null;
      first.value = false;
    } catch (reason) {
      if (signal.aborted) return;
      error.value = reason;
      first.value = false;
    }
    loading.value = false;
  }

  watch(() => JSON.stringify(filters()), () => void load(undefined), { immediate: true });
  return { items, first, loading, error, more, loadMore: () => load(next.value ?? undefined), reload: () => load(undefined) };
}
