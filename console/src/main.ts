import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { queryClient } from './api/query-client';
import './element-plus';
import { i18n } from './i18n';
import { router } from './router';
import './styles/base.css';
import './styles/parts.css';
import './styles/status.css';

createApp(App).use(VueQueryPlugin, { queryClient }).use(i18n).use(router).mount('#app');
