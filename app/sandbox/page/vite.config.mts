import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/sandbox/',
  // The console's: the same mark, the same first paint.
  publicDir: resolve(import.meta.dirname, '../../console/public'),
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: resolve(import.meta.dirname, '../../public/sandbox'),
    emptyOutDir: true,
    // The page's policy takes nothing from data: addresses.
    assetsInlineLimit: 0,
    // An inline script, which the policy refuses; every browser that the page supports knows modulepreload.
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
