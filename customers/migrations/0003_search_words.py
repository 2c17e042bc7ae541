from django.db import migrations

# What customers/words.py spells likewise in Python. Every ending of a number's digits is
# a word, that the beginning of a word may stand anywhere in the number.
CREATE = r"""
CREATE FUNCTION search_words(names text, phone text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_agg(word)) FROM (
        SELECT string_to_table(
            translate(
                lower(names),
                E'!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\t\n\r\u00a0',
                repeat(' ', 36)
            ),
            ' '
        ) AS word
        UNION
        SELECT right(digits, ending)
        FROM translate(coalesce(phone, ''), '+- ()', '') AS digits,
             generate_series(3, length(digits)) AS ending
    ) AS words
    WHERE word <> ''
$$
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_cache_table")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION search_words(text, text)")]
