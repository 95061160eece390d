import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n, loadLanguage, preferredLanguage } from './i18n';
import { router } from './router';
import './styles/base.css';

async function start(): Promise<void> {
  await loadLanguage(preferredLanguage());
  createApp(App).use(createPinia()).use(i18n).use(router).mount('#app');
}

void start();
