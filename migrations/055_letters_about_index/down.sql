DROP INDEX letters_about_of_letter;
