import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { t } from './i18n';
import { useSession } from './stores/session';

declare module 'vue-router' {
  interface RouteMeta {
    /** The key of the page's name, for the title of the window */
    title?: string;
    /** For everybody, signed in or not */
    open?: boolean;
    /** For administrators alone */
    admin?: boolean;
    /** The page fills the window and scrolls within itself */
    full?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/setup', component: () => import('./pages/SetUp.vue'), meta: { title: 'setup.title', open: true } },
  { path: '/sign-in', component: () => import('./pages/SignIn.vue'), meta: { title: 'signin.title', open: true } },
  { path: '/', redirect: '/overview' },
  { path: '/overview', component: () => import('./pages/overview/Overview.vue'), meta: { title: 'nav.overview' } },
  { path: '/conversations/:id?', component: () => import('./pages/conversations/Conversations.vue'), meta: { title: 'nav.conversations', full: true } },
  { path: '/people', component: () => import('./pages/people/People.vue'), meta: { title: 'nav.people' } },
  { path: '/people/:id', component: () => import('./pages/people/Person.vue'), meta: { title: 'nav.people' } },
  { path: '/queue', component: () => import('./pages/queue/Queue.vue'), meta: { title: 'nav.queue', admin: true } },
  { path: '/replies', component: () => import('./pages/replies/Rules.vue'), meta: { title: 'nav.replies' } },
  { path: '/replies/menu', component: () => import('./pages/replies/Menu.vue'), meta: { title: 'menu.title', admin: true } },
  { path: '/notifications', redirect: '/notifications/templates' },
  { path: '/notifications/templates', component: () => import('./pages/notifications/Templates.vue'), meta: { title: 'templates.title' } },
  { path: '/notifications/broadcasts', component: () => import('./pages/notifications/Broadcasts.vue'), meta: { title: 'broadcasts.title', admin: true } },
  { path: '/notifications/tags', component: () => import('./pages/notifications/Tags.vue'), meta: { title: 'tags.title' } },
  { path: '/notifications/qrcodes', component: () => import('./pages/notifications/QrCodes.vue'), meta: { title: 'qrcodes.title', admin: true } },
  { path: '/apps', component: () => import('./pages/apps/Apps.vue'), meta: { title: 'nav.apps', admin: true } },
  { path: '/team', redirect: '/team/admins' },
  { path: '/team/admins', component: () => import('./pages/team/Admins.vue'), meta: { title: 'admins.title', admin: true } },
  { path: '/team/audit', component: () => import('./pages/team/Audit.vue'), meta: { title: 'audit.title', admin: true } },
  { path: '/:rest(.*)*', component: () => import('./pages/NotFound.vue'), meta: { title: 'notFound.title' } },
];

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach(async to => {
  if (to.meta.open) return true;
  const session = useSession();
  if (!await session.restore()) return { path: '/sign-in', query: { to: to.fullPath } };
  if (to.meta.admin && !session.isAdmin) return { path: '/overview', replace: true };
  return true;
});

router.afterEach(to => {
  document.title = to.meta.title ? `${t(to.meta.title)} · weapp-hub` : 'weapp-hub';
});
