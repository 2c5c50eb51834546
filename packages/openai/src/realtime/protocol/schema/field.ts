import { z } from 'zod';

/** The live service sends null for whatever is not set, so null is taken wherever a member may be absent. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish();

/** A list whose length is looked at before its members are: ten million wrong members would make ten million complaints. */
export function list<T extends z.ZodType>(member: T, max: number): z.ZodType<readonly z.output<T>[]> {
  const members: z.ZodType<readonly z.output<T>[], unknown[]> = z.array(member);
  return z.array(z.unknown()).max(max).pipe(members);
}

const base64Text = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether a text is standard base64; padding may be left out. */
export const isBase64 = (text: string): boolean =>
  (text.endsWith('=') ? text.length % 4 === 0 : text.length % 4 !== 1) && base64Text.test(text);

export const audioText = z.string().refine(isBase64, { message: 'Expected standard base64.' });

export const anyObject = z.record(z.string(), z.unknown());

/** Sixteen pairs, keys of 64 and values of 512 characters: the published limits. */
export const metadata = z.custom<Readonly<Record<string, string>>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length <= 16 &&
    Object.entries(value).every(([key, text]) => key.length <= 64 && typeof text === 'string' && text.length <= 512),
  { message: 'Expected at most 16 pairs of texts, with keys of up to 64 and values of up to 512 characters.' },
);

export const tokenLimit = z.union([z.int().min(1), z.literal('inf')]);
export const eventId = z.string().max(512);
export const modalities = list(z.enum(['text', 'audio']), 4);
