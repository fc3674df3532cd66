import { assistant, question, user } from '../request.ts';
import { type Broken, current, type Right, testRules } from './rule-tests.ts';

const image = (format: string, bytes: string) => ({ format, source: { bytes } });
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64');
const jpeg = Buffer.from('ffd8ffe000104a46494600010100', 'hex').toString('base64');
const gif = Buffer.from('GIF89a0000').toString('base64');
const webp = Buffer.from('RIFF0000WEBPVP8 ').toString('base64');

const broken: readonly Broken[] = [
  [
    '2.1.9',
    'an image whose bytes say another format',
    question(user('See', { images: [image('png', jpeg)] })),
    `${current}.images[0].format`,
    'IMAGE_FORMAT_UNSUPPORTED',
  ],
  [
    '2.1.9',
    'an image of no format',
    question(user('See', { images: [image('png', Buffer.from('text').toString('base64'))] })),
    `${current}.images[0].format`,
    'IMAGE_FORMAT_UNSUPPORTED',
  ],
  [
    '2.1.9',
    'an image that is no base64',
    question(user('See', { images: [image('png', 'data:image/png;base64,AAAA')] })),
    `${current}.images[0].source.bytes`,
  ],
  [
    '2.1.9',
    'an image above 5 MiB of base64',
    question(user('See', { images: [image('png', png.slice(0, 16) + 'A'.repeat(5 * 1024 * 1024))] })),
    `${current}.images[0].source.bytes`,
  ],
  [
    '2.1.9',
    'eleven images in all',
    question(user('See', { images: [image('png', png)] }), [
      user('Look', { images: Array.from({ length: 10 }, () => image('png', png)) }),
      assistant('Yes'),
    ]),
    `${current}.images[0]`,
  ],
];

const right: readonly Right[] = [
  [
    'an image of exactly 5 MiB of base64',
    question(user('See', { images: [image('png', png.slice(0, 16) + 'A'.repeat(5 * 1024 * 1024 - 16))] })),
  ],
  [
    'an image of each format, without text',
    question(user('', { images: [image('png', png), image('jpeg', jpeg), image('gif', gif), image('webp', webp)] })),
  ],
  ['ten images', question(user('See', { images: Array.from({ length: 10 }, () => image('png', png)) }))],
];

testRules(broken, right);
