/** A JSON, YAML or MessagePack document as a value, for bodies that are one document: programs, properties. */
import { FORM_TYPE } from './events/batch.js';
import { parseJson, textOf } from './json-text.js';
import { isMsgpack, isYaml, JSON_TYPE, mediaType } from './media.js';
import { decodeMsgpack } from './msgpack.js';
import { ProblemError } from './problem.js';
import { parseYaml } from './yaml.js';

/** Throws `unparseable` or `media_type_unsupported`. An empty body is undefined where `optional`. */
export function readDocument(
  contentType: string,
  body: Uint8Array,
  options: { yaml?: boolean; optional?: boolean } = {},
): unknown {
  if (body.byteLength === 0 && options.optional === true) return undefined;
  const type = mediaType(contentType);
  if (type === JSON_TYPE || type === '' || type === FORM_TYPE) return parseJson(textOf(body));
  if (options.yaml === true && isYaml(type)) return parseYaml(textOf(body));
  if (isMsgpack(type)) {
    const decoded = decodeMsgpack(body);
    if (!decoded.ok) throw new ProblemError('unparseable', decoded.detail);
    return decoded.value;
  }
  const taken =
    options.yaml === true ? `${JSON_TYPE}, application/yaml, application/msgpack` : `${JSON_TYPE}, application/msgpack`;
  throw new ProblemError('media_type_unsupported', `${type.slice(0, 100)} is not read here. Send one of ${taken}.`);
}
