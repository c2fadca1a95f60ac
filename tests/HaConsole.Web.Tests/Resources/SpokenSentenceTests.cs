using System.Diagnostics;
using System.Globalization;
using HaConsole.Web.Language;

namespace HaConsole.Web.Tests.Resources;

/// <summary>What the engine says on a French page.</summary>
public sealed class SpokenSentenceTests
{
    private static readonly SentenceBook French = SentenceBook.Of("fr")!;

    [Theory]
    [InlineData("No server is known to be Active.", "On ne connaît aucun serveur actif.")]
    [InlineData("Server #1 did not answer 5 times in a row: Server #2 takes over.", "Le serveur n° 1 n’a pas répondu 5 fois de suite : le serveur n° 2 prend le relais.")]
    [InlineData("Server #2 answers, but is not well, count = 3 of 5.", "Le serveur n° 2 répond, mais ne va pas bien, compte = 3 sur 5.")]
    [InlineData("Server #2 answers again after 4 failures.", "Le serveur n° 2 répond de nouveau après 4 échecs.")]
    [InlineData("admin switches to Server #2 (planned work): Server #1 yields.", "admin bascule vers le serveur n° 2 (planned work) : le serveur n° 1 cède.")]
    [InlineData("admin switches to Server #2: Server #1 yields.", "admin bascule vers le serveur n° 2 : le serveur n° 1 cède.")]
    [InlineData("Server #1 is Unreachable by its monitor URL.", "Le serveur n° 1 est injoignable d’après son URL de contrôle.")]
    [InlineData("First contact: Server #1 is Active; this server is Standby.", "Premier contact : le serveur n° 1 est actif ; ce serveur est en attente.")]
    public void Events(string english, string french) => Said(french, english);

    [Theory]
    [InlineData("the pair is paused: nothing below acts. Not now: the pair is not paused.", "La paire est en pause : rien de ce qui suit n’agit. Pas maintenant : la paire n’est pas en pause.")]
    [InlineData("The pair is not paused.", "La paire n’est pas en pause.")]
    [InlineData("The peer failed 2 of 5 times.", "L’autre serveur a échoué 2 fois sur 5.")]
    public void Rules(string english, string french) => Assert.Equal(Plain(french), Plain(French.Say(english)), ignoreCase: true);

    [Theory]
    [InlineData("HotStandby:HeartbeatTimeout is 31; it must be below HotStandby:HeartbeatInterval (30)", "HotStandby:HeartbeatTimeout vaut 31 ; il faut moins que HotStandby:HeartbeatInterval (30)")]
    [InlineData("Services:0:Name is empty; it must be 1 … 64 letters, digits, -, _ or . and begin with a letter or digit", "Services:0:Name vaut vide ; il faut 1 … 64 lettres, chiffres, -, _ ou ., en commençant par une lettre ou un chiffre")]
    [InlineData("Drill Passed: planned switch from server #1 to server #2 and back, led by admin. Takeover in 0.42 s. Clients without an Active for 1.3 s.", "Exercice réussi : bascule prévue du serveur n° 1 vers le serveur n° 2 et retour, mené par admin. Reprise en 0,42 s. Clients sans actif pendant 1,3 s.")]
    [InlineData("The other server's clock is 3.4 s ahead of that of this one: more than 2 s. Set both by the same time servers.", "L’horloge de l’autre serveur est 3,4 s en avance sur celle d’ici : plus de 2 s. Réglez les deux sur les mêmes serveurs de temps.")]
    [InlineData("Certificate portal on server #2 ends at 2026-12-24 08:30 UTC, within 33 days.", "Le certificat portal sur le serveur n° 2 expire le 24/12/2026 08:30 UTC, dans moins de 33 jours.")]
    public void Values(string english, string french) => Said(french, english);

    [Theory]
    [InlineData("")]
    [InlineData("A line that version 0.1 wrote.")]
    [InlineData("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)")]
    [InlineData("La base est à l’arrêt.")]
    public void What_is_not_in_the_book_stays_as_it_is(string text) => Assert.Equal(text, French.Say(text));

    [Fact]
    public void Words_of_a_person_stay_within_a_sentence()
        => Said("anna note sur l’événement 1-17: disk swapped", "anna notes on event 1-17: disk swapped");

    [Fact]
    public void An_English_page_shows_the_sentence_itself_and_a_French_one_the_French()
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
            Assert.Equal("The peer does not answer.", SpokenLanguage.Spoken("The peer does not answer."));
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr-FR");
            Assert.Equal("L’autre serveur ne répond pas.", SpokenLanguage.Spoken("The peer does not answer."));
            Assert.Equal("", SpokenLanguage.Spoken(null));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public void A_hostile_text_ends_soon()
    {
        var clock = Stopwatch.StartNew();
        French.Say(string.Concat(Enumerable.Repeat("Server #1: is; was. it, (does) not ", 100)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
    }

    private static void Said(string french, string english) => Assert.Equal(Plain(french), Plain(French.Say(english)));

    private static string Plain(string text) => text.Replace('\u00a0', ' ');
}
