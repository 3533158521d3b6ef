import { from, toArray, type Observable, lastValueFrom } from 'rxjs';
import type { Contender, ResultRow } from '../question';
import { named, type DeviceEvent } from './json-parse';

/** RxJS over events that JSON.parse has read. */
export function rxjs(pipeline: (events: Observable<DeviceEvent>) => Observable<ResultRow>): Contender {
  return named<DeviceEvent>('RxJS', (events) => lastValueFrom(pipeline(from(events)).pipe(toArray())));
}
