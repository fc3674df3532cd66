type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a terminal shows no more than letters: by its locale, where one is named. The console of Linux has few signs in any case. */
export function isPlainTerminal(env: Environment): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  return env['TERM'] === 'linux' || !/utf-?8/i.test(locale);
}

/** The program's own signs in ASCII, each in one place as before. */
export const withoutSigns = (text: string): string =>
  text.replaceAll(/[✓✗→…█░×•☐☒│┌└┐┘├┤┬┴┼─═—]/gu, sign => signs[sign] ?? '+');

const signs: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'x',
  '→': '>',
  '…': '.',
  '█': '#',
  '░': '-',
  '×': 'x',
  '•': '*',
  '☐': 'o',
  '☒': 'x',
  '│': '|',
  '─': '-',
  '═': '=',
  '—': '-',
};
