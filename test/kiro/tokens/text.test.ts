import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { countTokens } from '../../../src/kiro/tokens.ts';

const chinese =
  '网关在本地端口上监听,等待想要与模型对话的程序。请求到达之后,它会被仔细地读取,因为不同的程序发送的内容各不相同;谁也不应该察觉到中间还有别的东西。';
const japanese =
  'これは日本語の文章です。吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。';
const korean =
  '안녕하세요. 이것은 한국어 문장입니다. 서버는 요청을 받아서 서비스의 말로 다시 쓰고, 대답을 조금씩 돌려줍니다. 비 오는 저녁에 우리는 부엌에 앉아 있었다.';
const russian =
  'Шлюз слушает на локальном порту и ждёт программ, которые хотят говорить с моделью. Запрос читается внимательно, потому что программы различаются.';
const greek =
  'Η πύλη ακούει σε μια τοπική θύρα και περιμένει προγράμματα που θέλουν να μιλήσουν με ένα μοντέλο. Όταν φτάσει ένα αίτημα, διαβάζεται προσεκτικά.';
const arabic =
  'تستمع البوابة على منفذ محلي وتنتظر البرامج التي تريد التحدث إلى نموذج. عندما يصل طلب تتم قراءته بعناية.';

const offBy = (text: string): number => {
  const real = encode(text).length;
  return Math.round((100 * Math.abs(countTokens(text) - real)) / real);
};

describe('the estimate of what texts are made of', () => {
  it.each([
    ['names', 'getUserName setMaxTokens readToolChoice writeQuestionBody isRecentlyUsed parseXMLHttpRequest', 12],
    [
      'signs',
      'a => { b(); } if (!c) { d[0] = e ?? f; } g?.h(`i`); j && k || l; m !== n; o += 1; <p class="q">r</p>',
      8,
    ],
    ['spaces', 'a    b     c      d        e          f    g     h  i   j', 8],
    [
      'long words',
      'internationalization,incomprehensibilities,electroencephalography,counterrevolutionary,responsibilities',
      12,
    ],
    ['digits', '1 12 123 1234 12345 123456 1234567 3.14159 2026-11-23 10:25:00 192.168.0.1 0x7f 1e9 42%', 8],
    ['words without spaces', 'the-quick-brown-fox_jumps_over.the.lazy/dog/and\\goes:home;again,and"so"on', 12],
    ['hexadecimal', 'a3f5c9 0b1e2d 77ffab 9c8d7e 1234abcd deadbeef cafebabe 00ff00 c0ffee', 12],
    [
      'rulers',
      '----------\n==========\n**********\n// -------------------\n+----+----+\n| == | -- | ## |\n##########\n',
      20,
    ],
    ['capitals', 'PATH HOME USER README LICENSE CHANGELOG HTTP POST GET DELETE JSON SELECT FROM WHERE', 30],
    ['Japanese', japanese, 12],
    ['kana', 'ひらがなだけでかかれたぶんしょうです。ねこはにわであそんでいます。カタカナモアリマス。', 20],
    ['Korean', korean, 12],
    ['Greek', greek, 20],
    ['Russian', russian, 45],
    ['Arabic', arabic, 20],
    ['Hindi', 'गेटवे एक स्थानीय पोर्ट पर सुनता है और उन प्रोग्रामों की प्रतीक्षा करता है जो मॉडल से बात करना चाहते हैं।', 20],
    [
      'French',
      'La passerelle écoute sur un port local et attend les programmes. Quand une requête arrive, elle est lue.',
      30,
    ],
    ['emoji', '🎉 Done! 😀😃😄 🚀🚀 ✅ All tests pass 👍🏽 — great work 👩‍💻, see you → tomorrow ☕️', 20],
    ['marks', '“Quoted” — he said… • one • two → three ← four ≤ five ≥ six × seven © ® ™ § ¶ ½ ¿qué? ¡sí!', 25],
    ['a box', '┌────┬────┐\n│ a  │ b  │\n├────┼────┤\n└────┴────┘', 35],
    ['wide signs', '你好!这是一个测试:(一)、(二)。「引号」《书名》', 30],
  ])('is near a real count for %s', (_, text, percent) => {
    expect(offBy(text)).toBeLessThanOrEqual(percent);
  });

  it.each([
    ['Chinese', chinese],
    ['Japanese', japanese],
    ['Korean', korean],
    ['Russian', russian],
    ['Greek', greek],
    ['Arabic', arabic],
  ])('is within 15 percent for %s that JSON has escaped', (_, text) => {
    const escaped = JSON.stringify({ path: 'a.txt', content: text }).replace(
      /[\u0080-\uffff]/g,
      letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(offBy(escaped)).toBeLessThan(15);
    expect(offBy(escaped.toUpperCase().replaceAll('\\U', '\\u'))).toBeLessThan(25);
  });

  it('takes for an escaped letter only what is one', () => {
    expect(offBy('C:\\users\\uninstall\\unit\\usr\\u12\\u12g4 and \\n or \\t')).toBeLessThan(35);
    expect(countTokens('\\u4f60'.repeat(10))).toBe(35);
    expect(countTokens('\\u09Af'.repeat(10))).toBe(35);
    for (const other of ['\\u4f6g', '\\u4f6', '\\v4f60', '/u4f60']) {
      expect(countTokens(other.repeat(10))).not.toBe(35);
    }
  });

  it('gets no smaller when more is written, and counts lines as little', () => {
    for (const text of [chinese, greek, 'Hello, world. 123']) {
      for (let length = 1; length < text.length; length += 1) {
        expect(countTokens(text.slice(0, length + 1))).toBeGreaterThanOrEqual(countTokens(text.slice(0, length)));
      }
    }
    expect(countTokens('a\nb\nc')).toBeLessThan(countTokens('a b, c, d'));
    expect(countTokens('\n'.repeat(50))).toBe(1);
  });

  it('reads of a long text as much as it is told to, from its beginning to its end', () => {
    const half = 'a '.repeat(20_000);
    const mixed = half + '中'.repeat(40_000);
    const whole = countTokens(mixed, mixed.length);
    for (const most of [4096, 16_384]) expect(Math.abs(countTokens(mixed, most) / whole - 1)).toBeLessThan(0.05);
    const edge = 'word '.repeat(1000);
    expect(countTokens(edge, edge.length)).toBe(countTokens(edge));
  });
});
