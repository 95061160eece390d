import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/**
 * Filters of a list that live in the address, so that a view can be sent to a colleague.
 * @param defaults each filter with the value that the address leaves out
 */
export function useFilters<T extends Record<string, string>>(defaults: T): { [K in keyof T]: WritableComputedRef<string> } & { all: () => T } {
  const route = useRoute();
  const router = useRouter();
  const of = (name: string) => {
    const given = route.query[name];
    return typeof given === 'string' ? given : defaults[name];
  };
  const filters = Object.fromEntries(Object.keys(defaults).map(name => [name, computed({
    get: () => of(name),
    set: value => {
      const query = { ...route.query, [name]: value };
      if (value === defaults[name] || value === undefined || value === null) delete query[name];
      void router.replace({ query });
    },
  })]));
  const all = () => Object.fromEntries(Object.keys(defaults).map(name => [name, of(name)]));
  return { ...filters, all } as never;
}
