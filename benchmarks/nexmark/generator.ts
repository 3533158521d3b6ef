/**
 * The events of the Nexmark benchmark: an auction house. Of 50 events one is a new person, three are new auctions and 46 are bids. Distributions are those of the
 * usual generators (Apache Beam, nexmark-flink): some auctions, sellers and bidders are hot, prices are log-uniform, auctions last until about a hundred others have opened.
 */
import { pack, random, START, type Data } from '../events';

/** Events a second of event time: few enough that 200,000 events fill ten windows of 10 s. */
export const RATE = 2000;
const PEOPLE = 1;
const AUCTIONS = 3;
const EPOCH = 50;
const FIRST_ID = 1000;
const FIRST_CATEGORY = 10;
const CATEGORIES = 5;
/** How many auctions are open, and how many people take part, at a time. */
const OPEN_AUCTIONS = 100;
const ACTIVE_PEOPLE = 1000;
/** Ids that do not exist yet are asked for as well. */
const LEAD = 10;
/** Of this many ids in a row one is hot. */
const HOT_EVERY = 100;
/** Hot ones get all but one of so many. */
const HOT = { auctions: 2, sellers: 4, bidders: 4 };
const CHANNELS = 10_000;
const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'];
/** Bytes of an event of each type, to which text fills it up. */
const BYTES = { person: 200, auction: 500, bid: 100 };
const FIRST_NAMES = ['Peter', 'Paul', 'Luke', 'John', 'Saul', 'Vicky', 'Kate', 'Julie', 'Sarah', 'Deiter', 'Walter'];
const LAST_NAMES = ['Shultz', 'Abrams', 'Spencer', 'White', 'Bartels', 'Walton', 'Smith', 'Jones', 'Noris'];
const CITIES = [['Phoenix', 'AZ'], ['Los Angeles', 'CA'], ['San Francisco', 'CA'], ['Boise', 'ID'], ['Portland', 'OR'], ['Bend', 'OR'], ['Redmond', 'WA'], ['Seattle', 'WA'], ['Kent', 'WA'], ['Cheyenne', 'WY']];

export const timeOf = (n: number): number => START + Math.floor((n * 1000) / RATE);

/** How many people there are after event n, and how many auctions. */
const peopleAfter = (n: number): number => Math.floor(n / EPOCH) * PEOPLE + Math.min((n % EPOCH) + 1, PEOPLE);
const auctionsAfter = (n: number): number => Math.floor(n / EPOCH) * AUCTIONS + Math.min(Math.max(0, (n % EPOCH) + 1 - PEOPLE), AUCTIONS);

class Generator {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = random(seed);
  }

  event(n: number): string {
    const place = n % EPOCH;
    const { type, fields } = place < PEOPLE ? this.person(n) : place < PEOPLE + AUCTIONS ? this.auction(n) : this.bid(n);
    const text = JSON.stringify({ type, ...fields, dateTime: new Date(timeOf(n)).toISOString() });
    // "extra" brings the payload to its usual size: as long as the text is shorter than that.
    return `${text.slice(0, -1)},"extra":"${this.text(Math.max(4, BYTES[type] - text.length))}"}`;
  }

  private person(n: number): { type: 'person'; fields: object } {
    const name = `${this.of(FIRST_NAMES)} ${this.of(LAST_NAMES)}`;
    const [city, state] = this.of(CITIES);
    const card = Array.from({ length: 4 }, () => String(this.below(10_000)).padStart(4, '0')).join(' ');
    return { type: 'person', fields: { id: FIRST_ID + peopleAfter(n) - 1, name, emailAddress: `${this.text(7)}@${this.text(5)}.com`, creditCard: card, city, state } };
  }

  private auction(n: number): { type: 'auction'; fields: object } {
    const seller = this.below(HOT.sellers) > 0 ? hot(peopleAfter(n) - 1) : this.somePerson(n);
    const initialBid = this.price();
    const fields = {
      id: FIRST_ID + auctionsAfter(n) - 1,
      itemName: this.text(20),
      initialBid,
      reserve: initialBid + this.price(),
      expires: new Date(timeOf(n) + this.duration(n)).toISOString(),
      seller: FIRST_ID + seller,
      category: FIRST_CATEGORY + this.below(CATEGORIES),
    };
    return { type: 'auction', fields };
  }

  private bid(n: number): { type: 'bid'; fields: object } {
    const last = auctionsAfter(n) - 1;
    const auction = this.below(HOT.auctions) > 0 ? hot(last) : this.someAuction(last);
    // The hot bidder is another than the hot seller.
    const bidder = this.below(HOT.bidders) > 0 ? hot(peopleAfter(n) - 1) + 1 : this.somePerson(n);
    const channel = this.below(2) > 0 ? this.of(HOT_CHANNELS) : `channel-${this.below(CHANNELS)}`;
    return { type: 'bid', fields: { auction: FIRST_ID + auction, bidder: FIRST_ID + bidder, price: this.price(), channel } };
  }

  private someAuction(last: number): number {
    const first = Math.max(0, last - OPEN_AUCTIONS);
    return first + this.below(last - first + 1 + LEAD);
  }

  private somePerson(n: number): number {
    const people = peopleAfter(n);
    const active = Math.min(people, ACTIVE_PEOPLE);
    return people - active + this.below(active + LEAD);
  }

  /** Cents, from 1 to a million dollars' worth, each order of magnitude as likely as the others. */
  private price(): number {
    return Math.round(10 ** (this.next() * 6) * 100);
  }

  /** ms; twice as long at most as it takes until the next hundred have opened. */
  private duration(n: number): number {
    const horizon = timeOf(n + Math.floor((OPEN_AUCTIONS * EPOCH) / AUCTIONS)) - timeOf(n);
    return 1 + this.below(Math.max(1, 2 * horizon));
  }

  private text(length: number): string {
    let text = '';
    while (text.length < length) text += Math.floor(this.next() * 36 ** 6).toString(36).padStart(6, '0');
    return text.slice(0, length);
  }

  private below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  private of<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

const hot = (last: number): number => Math.floor(last / HOT_EVERY) * HOT_EVERY;

export function makeNexmark(count: number, seed = 1): Data {
  const generator = new Generator(seed);
  return pack(count, (n) => generator.event(n));
}
