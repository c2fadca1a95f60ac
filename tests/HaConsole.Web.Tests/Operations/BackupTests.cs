using HaConsole.Engine.Configuration;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Web.Tests.Operations;

public sealed class BackupTests : IDisposable
{
    private const string Passphrase = "correct horse battery";
    private static readonly Actor Admin = new("anna", Right.Administer, Origin.Console, "");
    private readonly FakeEngine engine = new();
    private readonly SystemOperations operations;

    public BackupTests()
    {
        var console = new ConsoleEngine();
        console.Set(engine);
        operations = new SystemOperations(console, new OperationGate(console, NullLogger<OperationGate>.Instance), TimeProvider.System);
    }

    public void Dispose() => engine.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Theory]
    [InlineData("")]
    [InlineData(Passphrase)]
    public async Task Backup_ReadAgain_IsTheConfigurationInForce(string passphrase)
    {
        var backup = (await operations.BackupAsync(Admin, passphrase)).Value!;

        var read = operations.Read(backup.Text, passphrase);

        Assert.Equal(ConfigurationJson.Hash(engine.Configuration.Content), ConfigurationJson.Hash(read.Value!));
    }

    [Fact]
    public async Task Backup_WithPassphrase_ShowsNothingAndOpensWithNoOther()
    {
        var backup = (await operations.BackupAsync(Admin, Passphrase)).Value!;

        Assert.DoesNotContain("HotStandby", backup.Text, StringComparison.Ordinal);
        Assert.Null(operations.Read(backup.Text, "another passphrase").Value);
        Assert.Null(operations.Read(backup.Text.Replace("data\": \"", "data\": \"AAAA", StringComparison.Ordinal), Passphrase).Value);
    }

    [Fact]
    public async Task Backup_ShortPassphrase_IsRefusedAndNamesTheLength()
    {
        var result = await operations.BackupAsync(Admin, "short");

        Assert.Equal(OperationEnd.Invalid, result.End);
        Assert.Contains("12", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_ByAnOperator_IsForbidden()
        => Assert.Equal(OperationEnd.Forbidden, (await operations.BackupAsync(Admin with { May = Right.Operate }, "")).End);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("not json")]
    [InlineData("{\"format\":\"haconsole-backup-1\"}")]
    [InlineData("{\"format\":\"haconsole-backup-1\",\"rounds\":2000000000,\"salt\":\"\",\"nonce\":\"\",\"data\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}")]
    public void Read_WhatIsNoBackup_SaysSo(string text)
    {
        var read = operations.Read(text, Passphrase);

        Assert.Equal(OperationEnd.Invalid, read.End);
        Assert.Null(read.Value);
        Assert.NotEmpty(read.Sentence);
    }
}
