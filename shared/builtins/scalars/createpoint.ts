import { pointRecord } from '../geography/geometry';
import { NUMBER, type ScalarFunction } from '../scalar';

/** CreatePoint(latitude, longitude): a GeoJSON Point, which has the longitude first. */
export const createpoint: ScalarFunction = {
  name: 'createpoint',
  parameters: [{ name: 'latitude', types: NUMBER }, { name: 'longitude', types: NUMBER }],
  result: 'record',
  evaluate: (latitude: number, longitude: number) => pointRecord([Number(longitude), Number(latitude)]),
};
