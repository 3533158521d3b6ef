import type { NodeMessage } from '../amqp/message';
import { verifySas } from '../sas';
import type { Claims } from './claims';
import type { ServiceContext } from './contract';
import type { Reply } from './request-node';

const SAS_TYPE = 'servicebus.windows.net:sastoken';
const JWT_TYPE = 'jwt';

/**
 * Answers `put-token` (claims-based security): checks a shared access signature and notes what it allows.
 * A JSON web token is taken for what it says: only the identity provider could check it.
 */
export function answerPutToken(request: NodeMessage, claims: Claims, context: ServiceContext): Reply {
  const { applicationProperties: properties, body } = request;
  if (properties.get('operation') !== 'put-token') {
    return { status: 400, description: `$cbs knows the operation put-token, not ${String(properties.get('operation'))}.` };
  }
  const audience = properties.get('name');
  if (typeof audience !== 'string' || typeof body !== 'string') {
    return { status: 400, description: 'put-token needs the audience in the property name and the token as body.' };
  }
  switch (properties.get('type')) {
    case SAS_TYPE: {
      const check = verifySas(body, context.key, context.now());
      if (!check.ok) return { status: 401, description: check.reason, error: 'amqp:unauthorized-access' };
      claims.grant(check.resource);
      return { status: 202, description: 'Accepted' };
    }
    case JWT_TYPE:
      claims.grant(audience);
      return { status: 202, description: 'Accepted' };
    default:
      return { status: 400, description: `The token type must be ${SAS_TYPE} or ${JWT_TYPE}, not ${String(properties.get('type'))}.` };
  }
}
