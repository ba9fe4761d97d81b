import { createRouter, createWebHistory } from 'vue-router';
import { watchViews } from './shell/lost-view';
import OverviewView from './views/overview/OverviewView.vue';

/** The state of a view is in its URL, so that a link to anything can be sent to somebody. */
export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [
    { path: '/', name: 'overview', component: OverviewView },
    {
      path: '/sessions',
      name: 'sessions',
      component: () => import('./views/sessions/SessionsView.vue'),
    },
    {
      path: '/sessions/:id',
      name: 'session',
      component: () => import('./views/session/SessionView.vue'),
    },
    { path: '/tasks/:id', name: 'task', component: () => import('./views/task/TaskView.vue') },
    {
      path: '/failures',
      name: 'failures',
      component: () => import('./views/failures/FailuresView.vue'),
    },
    {
      path: '/quarantine',
      name: 'quarantine',
      component: () => import('./views/quarantine/QuarantineView.vue'),
    },
    {
      path: '/clean-up',
      name: 'cleanUp',
      component: () => import('./views/clean-up/CleanUpView.vue'),
    },
    {
      path: '/:path(.*)*',
      name: 'nowhere',
      component: () => import('./shell/NowhereView.vue'),
    },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});
watchViews(router);
