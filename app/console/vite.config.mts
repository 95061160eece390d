import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

/** `ElTableColumn` → `table-column`: the folder of a component of Element Plus. */
function folder(name: string): string {
  return name.replace(/^El/, '').replace(/(?!^)[A-Z]/g, letter => `-${letter}`).toLowerCase();
}

/** Brings along the styles of just those components of Element Plus that a module imports by name. */
function elementStyles(): Plugin {
  return {
    name: 'element-styles',
    enforce: 'post',
    transform(code, id) {
      if (id.includes('node_modules') || !code.includes('element-plus')) return null;
      const names = [...code.matchAll(/import\s*\{([^}]*)\}\s*from\s*["']element-plus["']/g)]
        .flatMap(([, list]) => list.split(',')).map(each => each.trim().split(/\s+as\s+/)[0])
        .filter(name => /^El[A-Z]/.test(name));
      if (names.length === 0) return null;
      const styles = [...new Set(names.map(folder))].map(each => `import 'element-plus/es/components/${each}/style/css';`);
      return { code: `${styles.join('\n')}\n${code}`, map: null };
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [vue(), elementStyles()],
  define: { __VUE_OPTIONS_API__: 'true', __VUE_I18N_LEGACY_API__: 'false', __INTLIFY_PROD_DEVTOOLS__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: resolve(import.meta.dirname, '../public/console'),
    emptyOutDir: true,
    // The page's policy takes nothing from data: addresses.
    assetsInlineLimit: 0,
    // An inline script, which the policy refuses; every browser that the page supports knows modulepreload.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    target: 'es2022',
  },
});
