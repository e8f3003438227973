/** Words that several kinds of document draw their facts from. */
export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export const NUMBERS = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

export const COLOURS = ['red', 'blue', 'green', 'yellow', 'black', 'white', 'brown', 'purple', 'grey', 'pink'];

export const NAMES = [
  'Anna',
  'Ben',
  'Clara',
  'David',
  'Emma',
  'Frank',
  'Grace',
  'Henry',
  'Irene',
  'Jack',
  'Laura',
  'Martin',
  'Nina',
  'Oscar',
  'Paula',
  'Simon',
];

export const TOWNS = [
  'Ashford',
  'Brighton',
  'Chester',
  'Dover',
  'Exeter',
  'Galway',
  'Kendal',
  'Lincoln',
  'Norwich',
  'Oxford',
  'Preston',
  'Stirling',
  'Torquay',
  'Whitby',
];

export const PLACES = [
  'library',
  'station',
  'park',
  'museum',
  'cinema',
  'harbour',
  'market',
  'school',
  'theatre',
  'church',
  'hotel',
  'stadium',
  'bakery',
  'garden',
];
