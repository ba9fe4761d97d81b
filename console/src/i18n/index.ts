import { createI18n } from 'vue-i18n';
import { en } from './messages/en';
import { zhCN } from './messages/zh-cn';

export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

const STORED_AS = 'persistence-service-language';

/** The language chosen earlier, otherwise the first of the browser's that the console speaks. */
function firstLocale(): Locale {
  const chosen = localStorage.getItem(STORED_AS);
  const wanted = [...(chosen === null ? [] : [chosen]), ...navigator.languages];
  for (const language of wanted) {
    if (language.startsWith('zh')) return 'zh-CN';
    if (language.startsWith('en')) return 'en';
  }
  return 'en';
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLocale(),
  fallbackLocale: 'en',
  messages: { en, 'zh-CN': zhCN },
});
document.documentElement.lang = i18n.global.locale.value;

export function speak(locale: Locale): void {
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
  localStorage.setItem(STORED_AS, locale);
}
